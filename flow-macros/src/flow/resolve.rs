//! Makes the model from the syntax: finds out what every name means and which edges there are.
//! It reports only names of `upstream` and of the tail that mean nothing; the rules are in `check`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::iter;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Expr;
use syn::ext::IdentExt;

use super::check;
use super::model::{
    Argument, Behind, Branch, Call, Condition, Each, Element, Expression, Flow, Items, List, Mention, Node,
    Of, Value,
};
use super::syntax::{self, BranchForm, Children, Form, Pattern, Syntax, Tail};
use super::target::Target;
use super::{demands, literal, locals, mentions};
use crate::errors::Errors;
use crate::{fingerprint, suggest};

/// The text of a name as rustc compares it: `r#rows` is `rows`.
pub(super) fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Resolves all names of a flow.
pub(crate) fn resolve(syntax: Syntax, errors: &mut Errors) -> Flow {
    let names = Names::of(&syntax);
    let mut tail_is_broken = matches!(syntax.tail, Tail::Broken);
    let mut tail = None;
    if let Tail::Node(name) = syntax.tail {
        if let Some(index) = names.node(&text(&name)) {
            tail = Some((index, name));
        } else {
            tail_is_broken = true;
            errors.at(name.span(), names.unknown_tail(&name));
        }
    }
    let parameters: Vec<String> = match &syntax.form {
        Form::Named(header) => header
            .parameters
            .iter()
            .map(|parameter| text(&parameter.name))
            .collect(),
        Form::Bare => Vec::new(),
    };
    let nodes = syntax
        .statements
        .into_iter()
        .enumerate()
        .map(|(slot, statement)| {
            let mut options = statement.options;
            let children = std::mem::take(&mut options.children);
            if !names.is_for[slot] && statement.call.is_some() {
                let given = [
                    ("key", children.key.as_ref().map(|given| given.option)),
                    ("at_most", children.at_most.as_ref().map(|given| given.option)),
                    ("tolerate", children.tolerate.as_ref().map(|given| given.option)),
                ];
                check::each::options(&text(&statement.name), &given, errors);
            }
            let (call, branch) = match statement.call {
                Some(call) => names.right_side(call, children, errors),
                None => (None, None),
            };
            Node {
                docs: statement.docs,
                target: Target::of(&options, &parameters, errors),
                rules: options.rules,
                call,
                branch,
                name: statement.name,
                has_key: true,
                is_pure: true,
            }
        })
        .collect();
    let krate = syntax.krate.unwrap_or_else(|| syn::parse_quote!(::flow_runtime));
    Flow {
        form: syntax.form,
        krate,
        nodes,
        tail,
        tail_is_broken,
    }
}

/// What the names of a flow mean.
struct Names {
    /// The first node of each name.
    nodes: HashMap<String, usize>,
    /// For each node, whether it is a `for`.
    is_for: Vec<bool>,
    /// In the author's order, for suggestions.
    in_order: Vec<String>,
    parameters: HashMap<String, usize>,
    /// For each parameter, whether it is a resource.
    resources: Vec<bool>,
    /// Nodes and parameters by their first letter, for what may be meant by a name that is neither.
    by_letter: HashMap<char, Vec<(String, Ident)>>,
    /// What was found so.
    similar: RefCell<HashMap<String, Option<Ident>>>,
}

impl Names {
    fn of(syntax: &Syntax) -> Self {
        let parameters = match &syntax.form {
            Form::Named(header) => header.parameters.as_slice(),
            Form::Bare => &[],
        };
        let in_order: Vec<String> = syntax
            .statements
            .iter()
            .map(|statement| text(&statement.name))
            .collect();
        let statements = syntax.statements.iter().map(|statement| &statement.name);
        let mut by_letter: HashMap<char, Vec<(String, Ident)>> = HashMap::new();
        for name in statements.chain(parameters.iter().map(|parameter| &parameter.name)) {
            let text = text(name);
            let letter = text.chars().next().unwrap_or_default();
            by_letter.entry(letter).or_default().push((text, name.clone()));
        }
        Self {
            by_letter,
            similar: RefCell::default(),
            nodes: first_places(in_order.iter().cloned()),
            is_for: (syntax.statements.iter())
                .map(|statement| statement.call.as_ref().is_some_and(|call| call.each.is_some()))
                .collect(),
            in_order,
            parameters: first_places(parameters.iter().map(|parameter| text(&parameter.name))),
            resources: parameters.iter().map(syntax::Parameter::is_resource).collect(),
        }
    }

    fn node(&self, name: &str) -> Option<usize> {
        self.nodes.get(name).copied()
    }

    /// All that stands right of a `=`.
    fn right_side(
        &self,
        mut call: syntax::Call,
        children: Children,
        errors: &mut Errors,
    ) -> (Option<Call>, Option<Branch>) {
        let Some(syntax::Branch { form, others }) = call.branch.take() else {
            let call = self.call(call, 0, children, Scope::default(), errors);
            return (Some(call), None);
        };
        let form = self.form(form);
        let mut scopes = scopes(&form).into_iter();
        let calls = iter::once(call).chain(others).enumerate();
        let mut calls = calls.map(|(arm, call)| {
            let scope = scopes.next().unwrap_or_default();
            self.call(call, arm, Children::default(), scope, errors)
        });
        let first = calls.next();
        let others = calls.collect();
        (first, Some(Branch { form, others }))
    }

    fn form(&self, form: BranchForm<syntax::Condition>) -> BranchForm<Condition> {
        match form {
            BranchForm::If { conditions, has_else } => BranchForm::If {
                conditions: conditions
                    .into_iter()
                    .map(|condition| self.condition(condition))
                    .collect(),
                has_else,
            },
            BranchForm::Match { of, patterns } => BranchForm::Match {
                of: self.condition(of),
                patterns: patterns
                    .into_iter()
                    .map(|pattern| Pattern {
                        pattern: pattern.pattern,
                        guard: pattern.guard.map(|guard| self.condition(guard)),
                    })
                    .collect(),
            },
        }
    }

    fn condition(&self, condition: syntax::Condition) -> Condition {
        let tokens = mentions::without_group(condition.tokens);
        let name = single_name(&tokens).and_then(|name| self.bare(&name));
        Condition {
            is_node: matches!(name, Some(Element::Node(_))),
            value: self.expression(tokens, &condition.expression, &Scope::default()),
            parsed: condition.expression,
        }
    }

    fn call(
        &self,
        call: syntax::Call,
        arm: usize,
        children: Children,
        mut scope: Scope,
        errors: &mut Errors,
    ) -> Call {
        let each = call.each.map(|each| self.each(each, children));
        let names = each.iter().flat_map(|each| &each.items);
        scope.items = names.map(|items| items.name.clone()).collect();
        let mut upstream: Vec<Mention> = Vec::new();
        for name in call.upstream {
            match self.node(&text(&name)) {
                Some(index) if upstream.iter().any(|mention| mention.index == index) => {
                    errors.at(
                        name.span(),
                        format!("`{name}` is in this list already; leave it out"),
                    );
                }
                Some(index) => upstream.push(Mention {
                    index,
                    span: name.span(),
                }),
                None => errors.at(name.span(), self.unknown_upstream(&name)),
            }
        }
        Call {
            task: call.task,
            arm,
            span: call.span,
            arguments: call
                .arguments
                .into_iter()
                .map(|argument| self.argument(argument, &scope))
                .collect(),
            upstream,
            each,
            complete: call.complete,
        }
    }

    fn each(&self, each: syntax::Each, children: Children) -> Each {
        let items = each.names.into_iter().zip(each.items).map(|(name, items)| {
            let tokens = mentions::without_group(items.tokens);
            let of = match single_name(&tokens).and_then(|name| self.bare(&name)) {
                Some(Element::Node(mention)) if self.is_for[mention.index] => Of::Children(mention),
                Some(Element::Node(mention)) => Of::Node(mention),
                Some(Element::Parameter(mention)) => Of::Parameter(mention),
                // What it goes through knows no items yet.
                None => Of::Expression(self.expression(tokens, &items.expression, &Scope::default())),
            };
            Items {
                name,
                of,
                expression: items.expression,
            }
        });
        Each {
            items: items.collect(),
            children,
        }
    }

    fn argument(&self, argument: syntax::Argument, scope: &Scope) -> Argument {
        let value = self.value(argument.tokens, &argument.expression, scope);
        Argument {
            name: argument.name,
            value,
            expression: argument.expression,
        }
    }

    fn value(&self, tokens: TokenStream, expression: &Expr, scope: &Scope) -> Value {
        let tokens = mentions::without_group(tokens);
        if let Some(name) = single_name(&tokens).filter(|name| !scope.binds(&text(name))) {
            if let Some(index) = scope.item(&text(&name)) {
                return Value::Item(Mention {
                    index,
                    span: name.span(),
                });
            }
            match self.bare(&name) {
                Some(Element::Node(mention)) => return Value::Node(mention),
                Some(Element::Parameter(mention)) if self.resources[mention.index] => {
                    return Value::Resource(mention);
                }
                Some(Element::Parameter(mention)) => return Value::Parameter(mention),
                None => {}
            }
        }
        if let Some(list) = self.list(&tokens, scope) {
            return Value::List(list);
        }
        if let Some(literal) = literal::read(&tokens) {
            return Value::Literal {
                tokens,
                text: literal.text,
                is_float: literal.is_float,
            };
        }
        Value::Expression(self.expression(tokens, expression, scope))
    }

    /// What an expression mentions.
    fn expression(&self, tokens: TokenStream, expression: &Expr, scope: &Scope) -> Expression {
        let mut uses_locals = false;
        let (mut nodes, mut parameters, mut items, mut similar) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut resources = Vec::new();
        for name in mentions::names(tokens.clone()) {
            if scope.binds(&name.text) {
                uses_locals = true;
            } else if let Some(index) = scope.item(&name.text) {
                add(&mut items, index, &name);
            } else if let Some(index) = self.parameters.get(&name.text) {
                let of_its_kind = if self.resources[*index] {
                    &mut resources
                } else {
                    &mut parameters
                };
                add(of_its_kind, *index, &name);
            } else if let Some(index) = self.node(&name.text) {
                add(&mut nodes, index, &name);
            } else if let Some(meant) =
                similar_item(&scope.items, &name.text).or_else(|| self.similar(&name.text))
                && !similar.contains(&meant)
                && !scope.binds(&text(&meant))
            {
                similar.push(meant);
            }
        }
        let demands = match &nodes[..] {
            [] => Vec::new(),
            nodes => demanded(nodes, expression, |name| self.node(name)),
        };
        let (fingerprint, behind) = if uses_locals {
            // What they are is said by the pattern that binds them, and what that takes apart.
            let all = scope.bound_by.clone().into_iter().chain(tokens.clone());
            (fingerprint::of_tokens(all.collect()), scope.behind.clone())
        } else {
            (fingerprint::of_tokens(tokens.clone()), None)
        };
        Expression {
            tokens,
            fingerprint,
            nodes,
            parameters,
            items,
            resources,
            behind,
            demands,
            similar,
        }
    }

    /// What a bare name means.
    fn bare(&self, name: &Ident) -> Option<Element> {
        let mention = |index| Mention {
            index,
            span: name.span(),
        };
        let key = text(name);
        // A parameter wins where both have the name, which is reported anyway.
        if let Some(index) = self.parameters.get(&key) {
            return Some(Element::Parameter(mention(*index)));
        }
        self.node(&key).map(|index| Element::Node(mention(index)))
    }

    /// A list of bare names, one of them a node's at least: any other list is an expression.
    fn list(&self, tokens: &TokenStream, scope: &Scope) -> Option<List> {
        let mut tokens = tokens.clone().into_iter();
        let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else {
            return None;
        };
        if group.delimiter() != Delimiter::Bracket {
            return None;
        }
        let mut elements = Vec::new();
        let mut inner = group.stream().into_iter();
        while let Some(token) = inner.next() {
            let TokenTree::Ident(name) = token else {
                return None;
            };
            if scope.binds(&text(&name)) {
                return None;
            }
            elements.push(self.bare(&name)?);
            if !inner
                .next()
                .is_none_or(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
            {
                return None;
            }
        }
        let list = List {
            span: group.span(),
            elements,
        };
        list.nodes().next()?;
        Some(list)
    }

    /// What may be meant by a name that is no node and no parameter, and probably a variable of the expression or an
    /// item. What is no mistake should cost next to nothing: only names of the same first letter are asked, and once
    /// for the same word.
    fn similar(&self, name: &str) -> Option<Ident> {
        if let Some(known) = self.similar.borrow().get(name) {
            return known.clone();
        }
        let candidates = self.by_letter.get(&name.chars().next()?)?;
        let texts = candidates.iter().map(|(text, _)| text.as_str());
        let meant = suggest::closest(name, texts)
            .and_then(|meant| candidates.iter().find(|(text, _)| text == meant))
            .map(|(_, ident)| ident.clone());
        self.similar.borrow_mut().insert(name.to_owned(), meant.clone());
        meant
    }

    fn unknown_upstream(&self, name: &Ident) -> String {
        if self.parameters.contains_key(&text(name)) {
            return format!("`{name}` is a parameter, and `upstream` takes nodes");
        }
        self.unknown(name, "give an upstream that is a statement of this flow")
    }

    fn unknown_tail(&self, name: &Ident) -> String {
        if self.parameters.contains_key(&text(name)) {
            return format!("`{name}` is a parameter, and the tail is the name of a node");
        }
        self.unknown(name, "the tail is the name of a statement of this flow")
    }

    fn unknown(&self, name: &Ident, otherwise: &str) -> String {
        match suggest::closest(&text(name), self.in_order.iter().map(String::as_str)) {
            Some(meant) => format!("no node is named `{name}`; did you mean `{meant}`?"),
            None => format!("no node is named `{name}`; {otherwise}"),
        }
    }
}

/// The names in scope of a call beside those of nodes and parameters.
#[derive(Default)]
struct Scope {
    /// The items of its `for`.
    items: Vec<Ident>,
    /// What the pattern of its arm binds.
    locals: Vec<String>,
    /// The tokens of that, and of what it is matched with.
    bound_by: TokenStream,
    /// What the latter mentions.
    behind: Option<Box<Behind>>,
}

impl Scope {
    /// Whether a pattern binds this name.
    fn binds(&self, name: &str) -> bool {
        self.locals.iter().any(|local| local == name)
    }

    /// The place of the item of this name.
    fn item(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|item| text(item) == name)
    }

    /// Of an arm whose pattern takes this condition apart.
    fn of(locals: &[Ident], bound_by: TokenStream, condition: &Condition) -> Self {
        if locals.is_empty() {
            return Self::default();
        }
        Self {
            items: Vec::new(),
            locals: locals.iter().map(text).collect(),
            bound_by,
            behind: Some(Box::new(Behind {
                nodes: condition.value.nodes.clone(),
                parameters: condition.value.parameters.clone(),
            })),
        }
    }
}

/// For each arm.
fn scopes(form: &BranchForm<Condition>) -> Vec<Scope> {
    match form {
        // What `else` sees nothing binds.
        BranchForm::If { conditions, .. } => conditions
            .iter()
            .map(|condition| {
                let tokens = condition.value.tokens.clone();
                Scope::of(&locals::of_condition(&condition.parsed), tokens, condition)
            })
            .collect(),
        BranchForm::Match { of, patterns } => patterns
            .iter()
            .map(|pattern| {
                let mut tokens = of.value.tokens.clone();
                pattern.pattern.to_tokens(&mut tokens);
                Scope::of(&locals::of_pattern(&pattern.pattern), tokens, of)
            })
            .collect(),
    }
}

/// The item of a `for` that may be meant by a name.
fn similar_item(items: &[Ident], name: &str) -> Option<Ident> {
    let texts: Vec<String> = items.iter().map(text).collect();
    let meant = suggest::closest(name, texts.iter().map(String::as_str))?;
    items.iter().find(|item| text(item) == meant).cloned()
}

fn add(mentions: &mut Vec<Mention>, index: usize, name: &mentions::Name) {
    if !mentions.iter().any(|mention| mention.index == index) {
        mentions.push(Mention {
            index,
            span: name.span,
        });
    }
}

/// Of the `nodes` of an expression, those whose value it needs.
fn demanded(nodes: &[Mention], expression: &Expr, index: impl Fn(&str) -> Option<usize>) -> Vec<Mention> {
    let names = demands::of(expression).into_iter();
    let mentions = names.filter_map(|name| {
        let index = index(&text(&name)).filter(|index| nodes.iter().any(|node| node.index == *index))?;
        Some(Mention {
            index,
            span: name.span(),
        })
    });
    mentions.collect()
}

fn first_places(names: impl Iterator<Item = String>) -> HashMap<String, usize> {
    let mut places = HashMap::new();
    for (place, name) in names.enumerate() {
        places.entry(name).or_insert(place);
    }
    places
}

fn single_name(tokens: &TokenStream) -> Option<Ident> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), None) => Some(name),
        _ => None,
    }
}
