//! What a command says that leads on: it is done, word for word, and has to lead on.

use flow_runtime::StateType::{Cached, Failed, Success};

use crate::place::{Ended, Place, Tested, end_of, kind};

/// What is advised, without the program's name.
fn advised(ended: &Ended, before: &str) -> Vec<String> {
    let line = ended.err.lines().find_map(|line| line.strip_prefix(before));
    let line = line.unwrap_or_else(|| panic!("no `{before}` in:\n{}", ended.err));
    let line = line.split(" (").next().unwrap_or_default();
    let mut words = line.split(' ').map(str::to_owned);
    assert_eq!(
        words.next().as_deref(),
        Some(env!("CARGO_BIN_EXE_recorded-program"))
    );
    words.collect()
}

/// Does what was advised, with what failed mended.
fn done(place: &Place, words: &[String]) -> Ended {
    let mut command = place.command(words);
    command.env("FLOW_ACCEPT", "1");
    end_of(command.spawn().expect("it starts"))
}

fn id(place: &Place) -> Tested<String> {
    Ok(place.recorded()?.run_id().unwrap_or_default().to_owned())
}

#[test]
fn a_run_is_resumed_without_what_was_about_its_start() -> Tested {
    let place = Place::new()?;
    std::fs::write(place.path().join("sum.txt"), "40")?;
    for started in [
        "--new",
        "--force",
        "--force=rows,sum",
        "--from rows",
        "--given sum=sum.txt",
    ] {
        let driven = "--store results -j 3 --durability full --at-most=paper=1 --max-time 1h";
        let failed = place.give(&format!("run printing {started} {driven}")).exits(1);
        let words = advised(&failed, "to go on: ");
        let id = id(&place)?;
        let expected =
            format!("resume {id} --max-time 1h --store results --durability full --jobs 3 --at-most paper=1");
        assert_eq!(words.join(" "), expected, "{started}");
        place.forget();
        done(&place, &words).exits(0).says(&format!("run {id}"));
        assert_eq!(place.ran(), ["page"], "{started}");
    }
    Ok(())
}

#[test]
fn what_is_not_recorded_is_run_again() -> Tested {
    let place = Place::new()?;
    let failed = place.give("run printing --durability none --force=sum").exits(1);
    let failed = failed.says("(a new run: this one is not recorded)");
    let words = advised(&failed, "to go on: ");
    assert_eq!(words.join(" "), "run printing --durability none --force=sum");
    place.forget();
    let again = done(&place, &words).exits(0);
    let again = again.says("Cached rows").says("Success sum").says("Success page");
    assert!(!again.err.contains("to go on"), "{}", again.err);
    Ok(())
}

#[test]
fn what_failed_beside_a_success_is_no_resumes_affair() -> Tested {
    for first in ["", " --first 3"] {
        let place = Place::new()?;
        let new = "the run is a success, so `resume` tries nothing anew; a new run does: ";
        let ended = place.give(&format!("run aside{first} --new --force=a")).exits(0);
        let ended = ended.says("`page` of flow `aside` failed");
        let words = advised(&ended, new);
        assert_eq!(words.join(" "), format!("run aside{first} --from page"));
        let id = id(&place)?;
        place.forget();
        // It changes nothing, and says what does.
        for _ in 0..2 {
            let resumed = place.give(&format!("resume {id}")).exits(0);
            let resumed = resumed
                .says(&format!("{new}{}", env!("CARGO_BIN_EXE_recorded-program")))
                .says("run aside --from page with the parameters of this run");
            assert!(!resumed.err.contains("to go on: "), "{}", resumed.err);
        }
        assert_eq!(place.ran(), [""; 0]);
        assert_eq!(kind(&place.recorded()?, "page"), Failed);

        let ended = done(&place, &words).exits(0);
        let ended = ended.says(&format!("what `page` does not change is taken from run {id}"));
        assert!(!ended.err.contains("the run is a success"), "{}", ended.err);
        assert_eq!(place.ran(), ["page", "kept"], "{first}");
        assert_eq!(kind(&place.recorded()?, "kept"), Success);
    }
    Ok(())
}

#[test]
fn from_a_node_on_everything_runs_again_also_where_nothing_is_recorded() -> Tested {
    let place = Place::new()?;
    place.give("run adding").exits(0);
    place.forget();
    place
        .give("run adding --from sum --durability none")
        .exits(0)
        .says("there is no earlier run with these parameters")
        .says(&format!("{Cached} rows"));
    assert_eq!(place.ran(), ["sum", "half", "text"]);
    Ok(())
}
