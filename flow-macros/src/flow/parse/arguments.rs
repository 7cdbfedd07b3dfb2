//! Reads what stands between the parentheses of a call: arguments and the one option, `upstream`.
//! What the names in them mean is decided later, in the model.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, token};

use super::cursor::{flat, joined, named, until_comma};
use super::options::node_option;
use super::words::is_keyword;
use crate::errors::Errors;
use crate::flow::syntax::Argument;
use crate::suggest;

/// The one reserved word of a call.
const UPSTREAM: &str = "upstream";

/// All that could be read.
pub(super) struct List {
    pub(super) arguments: Vec<Argument>,
    pub(super) upstream: Vec<Ident>,
    /// False when a part could not be read, which is reported.
    pub(super) complete: bool,
}

/// Reads the arguments of a call.
pub(super) fn read(parentheses: &Group, errors: &mut Errors) -> List {
    let mut reader = Reader {
        list: List {
            arguments: Vec::new(),
            upstream: Vec::new(),
            complete: true,
        },
        upstream: None,
        mixed: false,
        errors,
    };
    let parse = |input: ParseStream<'_>| {
        while !input.is_empty() {
            reader.argument(input);
            reader.comma(input);
        }
        Ok(())
    };
    if let Err(error) = parse.parse2(parentheses.stream()) {
        reader.list.complete = false;
        reader.errors.push(error);
    }
    reader.list
}

struct Reader<'a> {
    list: List,
    /// Where `upstream` was given.
    upstream: Option<Span>,
    /// Whether a mixture of positional and named arguments is reported.
    mixed: bool,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn argument(&mut self, input: ParseStream<'_>) {
        let has_name = input.peek(Ident::peek_any);
        let has_colon = has_name && input.peek2(Token![:]) && !input.peek2(Token![::]);
        // No name that is known to an argument could be assigned to.
        let has_equals =
            has_name && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
        if !has_colon && !has_equals {
            return self.positional(input);
        }
        if let (Ok(name), Ok(TokenTree::Punct(separator))) =
            (input.call(Ident::parse_any), input.parse::<TokenTree>())
        {
            let equals = has_equals.then(|| equals(&name, separator.span(), input));
            let complete = std::mem::replace(&mut self.list.complete, true);
            if name == UPSTREAM {
                self.order(name.span(), separator.span(), input);
            } else {
                self.named(name, separator.span(), input);
            }
            // What else is wrong with it was said with a `:`.
            if self.list.complete
                && let Some((span, message)) = equals
            {
                self.error(span, message);
            }
            self.list.complete &= complete;
        }
    }

    fn named(&mut self, name: Ident, colon: Span, input: ParseStream<'_>) {
        let Some((tokens, expression)) = self.value(Some(&name), colon, input) else {
            return;
        };
        if is_keyword(&name) {
            self.error(
                name.span(),
                format!("`{name}` is a keyword and cannot name an argument; write `r#{name}`"),
            );
        } else if self
            .list
            .arguments
            .first()
            .is_some_and(|first| first.name.is_none())
        {
            self.after_positional(&name);
        } else if suggest::distance(&name.to_string(), UPSTREAM) == 1 {
            self.error(
                name.span(),
                format!("unknown option `{name}`; did you mean `{UPSTREAM}`?"),
            );
        } else {
            self.list.arguments.push(Argument {
                name: Some(name),
                tokens,
                expression,
            });
        }
    }

    /// `word: value` behind positional arguments can only be an option, and there is but one.
    fn after_positional(&mut self, name: &Ident) {
        if self.mixed {
            self.list.complete = false;
            return;
        }
        let message = if suggest::closest(&name.to_string(), [UPSTREAM]).is_some() {
            format!("unknown option `{name}`; did you mean `{UPSTREAM}`?")
        } else if let Some(example) = node_option(&name.to_string()) {
            format!(
                "`{name}` is an option of the node, which stands before its statement; write `#[node({example})]`"
            )
        } else {
            self.mixed = true;
            format!(
                "unknown option `{name}`; after positional arguments only `{UPSTREAM}: [..]` has a name, \
                 so name all arguments of the call or none"
            )
        };
        self.error(name.span(), message);
    }

    fn positional(&mut self, input: ParseStream<'_>) {
        let Some((tokens, expression)) = self.value(None, Span::call_site(), input) else {
            return;
        };
        let first = self.list.arguments.first().and_then(|first| first.name.as_ref());
        if let Some(first) = first.cloned() {
            if !self.mixed {
                self.mixed = true;
                let message = format!(
                    "positional argument after the named `{first}`; name all arguments of the call or none"
                );
                self.errors.on(&tokens, message);
            }
            self.list.complete = false;
            return;
        }
        if let Some(option) = backoff(&expression) {
            let example = node_option(&option.to_string()).unwrap_or_default();
            let message = format!(
                "`{option}` is an option of the node, which stands before its statement; write `#[node({example})]`"
            );
            return self.error(option.span(), message);
        }
        self.list.arguments.push(Argument {
            name: None,
            tokens,
            expression,
        });
    }

    /// `upstream: [a, b]`.
    fn order(&mut self, word: Span, colon: Span, input: ParseStream<'_>) {
        if self.upstream.is_some() {
            self.error(
                word,
                format!("`{UPSTREAM}` is given twice; put all nodes into one list"),
            );
        }
        self.upstream.get_or_insert(word);
        if !input.peek(token::Bracket) {
            let nothing = input.is_empty() || input.peek(Token![,]);
            let found = until_comma(input);
            if nothing {
                self.error(
                    colon,
                    format!("expected a list of nodes; write `{UPSTREAM}: [a, b]`"),
                );
                return;
            }
            let inside = if is_one_name(&found) {
                found.to_string()
            } else {
                "a, b".to_owned()
            };
            self.list.complete = false;
            self.errors.on(
                found,
                format!("expected a list of nodes; write `{UPSTREAM}: [{inside}]`"),
            );
            return;
        }
        if let Ok(list) = input.parse::<Group>() {
            self.elements(list.stream());
        }
    }

    /// The names between the brackets, one by one, so that a wrong one hides no other.
    fn elements(&mut self, list: TokenStream) {
        let mut element = Vec::new();
        let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        let end = std::iter::once(None);
        for token in flat(list).into_iter().map(Some).chain(end) {
            match token {
                Some(token) if !comma(&token) => element.push(token),
                separator => {
                    match element.as_slice() {
                        [TokenTree::Ident(name)] => self.list.upstream.push(name.clone()),
                        [] => {
                            if let Some(comma) = separator {
                                self.error(
                                    comma.span(),
                                    "expected the name of a node before this `,`".to_owned(),
                                );
                            }
                        }
                        [first, ..] => {
                            let message = format!(
                                "expected the name of a node, found {}; only names stand in `{UPSTREAM}`",
                                found(first)
                            );
                            self.list.complete = false;
                            self.errors.on(joined(&element), message);
                        }
                    }
                    element.clear();
                }
            }
        }
    }

    /// One expression: its tokens and its tree.
    fn value(
        &mut self,
        name: Option<&Ident>,
        colon: Span,
        input: ParseStream<'_>,
    ) -> Option<(TokenStream, Expr)> {
        if input.is_empty() || input.peek(Token![,]) {
            match name {
                Some(name) => self.error(colon, format!("expected an expression after `{name}:`")),
                None => self.error(input.span(), "expected an argument before this `,`".to_owned()),
            }
            return None;
        }
        let begin = input.cursor();
        match input.parse::<Expr>() {
            Ok(expression) => Some((between(begin, input.cursor()), expression)),
            Err(error) => {
                if input.is_empty() {
                    // syn would point to the end of the macro call.
                    let last = between(begin, input.cursor()).into_iter().last();
                    if let Some(last) = last {
                        self.error(
                            last.span(),
                            format!("expected the rest of an expression after {}", named(&last)),
                        );
                    }
                } else {
                    self.list.complete = false;
                    self.errors.push(error);
                }
                until_comma(input);
                None
            }
        }
    }

    /// Between two arguments, and allowed after the last one.
    fn comma(&mut self, input: ParseStream<'_>) {
        if input.is_empty() || input.parse::<Token![,]>().is_ok() {
            return;
        }
        let span = input.span();
        let found = until_comma(input).into_iter().next();
        let found = found
            .map(|token| format!(", found {}", named(&token)))
            .unwrap_or_default();
        self.error(span, format!("expected `,` between two arguments{found}"));
        let _ = input.parse::<Token![,]>();
    }

    fn error(&mut self, span: Span, message: String) {
        self.list.complete = false;
        self.errors.at(span, message);
    }
}

/// What to write for `name = value`, of which the value comes next, and at which token.
fn equals(name: &Ident, equals: Span, input: ParseStream<'_>) -> (Span, String) {
    let value = input.cursor().token_tree().filter(|(value, rest)| {
        let is_all = rest.eof() || matches!(rest.punct(), Some((comma, _)) if comma.as_char() == ',');
        is_all && (name != UPSTREAM || matches!(value, TokenTree::Group(_)))
    });
    let value = value.map(|(value, _)| value.to_string());
    if let Some(example) = node_option(&name.to_string()) {
        let option = match &value {
            Some(value) => format!("{name} = {value}"),
            None => example.to_owned(),
        };
        let message = format!(
            "an option of a node stands before its statement; write `#[node({option})]`, or `{name}: {}` for an argument of this name",
            value.as_deref().unwrap_or("..")
        );
        return (name.span(), message);
    }
    let what = if name == UPSTREAM {
        "`upstream`"
    } else {
        "the name of an argument"
    };
    let value = value.as_deref().unwrap_or("..");
    let message = format!("expected `:` after {what}, found `=`; write `{name}: {value}`");
    (equals, message)
}

/// `backoff` in `backoff(factor = 2)`: what no argument is.
fn backoff(expression: &Expr) -> Option<&Ident> {
    let Expr::Call(call) = expression else { return None };
    let Expr::Path(function) = &*call.func else {
        return None;
    };
    let name = function.path.get_ident().filter(|name| *name == "backoff")?;
    let mut arguments = call.args.iter();
    arguments
        .any(|argument| matches!(argument, Expr::Assign(_)))
        .then_some(name)
}

/// What begins with this token, in words.
fn found(first: &TokenTree) -> String {
    match first {
        TokenTree::Literal(literal) => format!("`{literal}`"),
        _ => "an expression".to_owned(),
    }
}

fn is_one_name(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(_))) && tokens.next().is_none()
}

/// The tokens from one place up to another.
fn between(mut begin: syn::buffer::Cursor<'_>, end: syn::buffer::Cursor<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while begin != end {
        let Some((token, next)) = begin.token_tree() else {
            break;
        };
        tokens.extend([token]);
        begin = next;
    }
    tokens
}
