//! Items, each with what is to become of it: what the children of both its stages return.

use crate::random::Random;

/// One item of a case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Item {
    /// The case, which tells the children of one from those of others.
    pub(crate) case: u64,
    pub(crate) key: String,
    /// How many attempts fail of its child in each stage.
    pub(crate) fails: [u32; 2],
    pub(crate) panics: bool,
}

/// A case.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) items: Vec<Item>,
    pub(crate) jobs: usize,
    /// Nothing that runs beside this one has its number.
    pub(super) case: u64,
}

/// How many attempts a child has: `retries` and one.
pub(super) const ATTEMPTS: u32 = 2;

/// What becomes of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Succeeds,
    Fails,
    /// The one before it has failed.
    PassedOver,
}

impl Script {
    pub(crate) fn random(random: &mut Random) -> Self {
        static CASE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let case = CASE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let count = [0, 1, 3, 8, 20][random.below(5)];
        let failures = [2, 6, 1_000][random.below(3)];
        let order = random.order(count);
        let items = order
            .into_iter()
            .map(|number| Item::random(case, number, failures, random));
        Self {
            items: items.collect(),
            jobs: 1 + random.below(4),
            case,
        }
    }

    /// How many bodies run, if none runs twice.
    pub(super) fn bodies(&self) -> usize {
        let all = self
            .items
            .iter()
            .flat_map(|item| (0..2).map(|stage| item.attempts(stage)));
        all.map(|attempts| usize::try_from(attempts).unwrap()).sum()
    }

    /// What is told of all items in the end.
    pub(super) fn told(&self) -> Vec<String> {
        let told = self.items.iter().map(|item| match item.fate(1) {
            Fate::Succeeds => format!("second of first of {}", item.key),
            Fate::Fails => "Failed".to_owned(),
            Fate::PassedOver => "TriggerFailed".to_owned(),
        });
        told.collect()
    }
}

impl Item {
    pub(super) fn random(case: u64, number: usize, failures: usize, random: &mut Random) -> Self {
        // One that fails for good does so however often its process dies.
        let mut fails = || {
            if random.one_in(failures) {
                [1, 1_000][random.below(2)]
            } else {
                0
            }
        };
        let fails = [fails(), fails()];
        Self {
            case,
            // Also what no name of a file can have as it is.
            key: format!("{number}{}", ["", "/..", " ä", "%2F"][number % 4]),
            fails,
            panics: random.one_in(5),
        }
    }

    /// What becomes of its child in a stage.
    pub(super) fn fate(&self, stage: usize) -> Fate {
        if stage > 0 && self.fate(stage - 1) != Fate::Succeeds {
            Fate::PassedOver
        } else if self.fails[stage] >= ATTEMPTS {
            Fate::Fails
        } else {
            Fate::Succeeds
        }
    }

    /// How often the body of its child runs in a stage.
    pub(super) fn attempts(&self, stage: usize) -> u32 {
        match self.fate(stage) {
            Fate::Succeeds => self.fails[stage] + 1,
            Fate::Fails => ATTEMPTS,
            Fate::PassedOver => 0,
        }
    }
}
