//! A reader of pages: what a visitor without script sees of them, and the forms as a browser would send them.

use scraper::{ElementRef, Html, Selector};

/// A page that was served.
pub struct Page {
    html: Html,
}

/// A form with the values that it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// `GET` or `POST`.
    pub method: String,
    /// Its fields, in order; hidden ones and the chosen ones included.
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Page {
        Page { html: Html::parse_document(html) }
    }

    /// The text of every element that a selector finds, with single spaces.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.find(selector).iter().map(|element| text_of(*element)).collect()
    }

    /// The text of the first element that a selector finds; empty if there is none.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// An attribute of every element that a selector finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.find(selector).iter().filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// The whole text.
    pub fn all_text(&self) -> String {
        self.text("body")
    }

    /// The first form that a selector finds.
    pub fn form(&self, selector: &str) -> Option<Form> {
        let form = self.find(selector).into_iter().next()?;
        Some(Form {
            action: form.attr("action").unwrap_or_default().to_owned(),
            method: form.attr("method").unwrap_or("get").to_uppercase(),
            fields: fields_of(form),
        })
    }

    fn find(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(selector).expect("tests use valid selectors");
        self.html.select(&selector).collect()
    }
}

impl Form {
    /// Fills in a field; panics if the form has none of that name, as a person would find none.
    pub fn fill(mut self, name: &str, value: &str) -> Form {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        let Some(field) = field else { panic!("the form has no field {name}: {:?}", self.fields) };
        value.clone_into(&mut field.1);
        self
    }

    /// Presses a button that has a name.
    pub fn press(mut self, name: &str, value: &str) -> Form {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

fn fields_of(form: ElementRef<'_>) -> Vec<(String, String)> {
    let selector = Selector::parse("input, textarea, select").expect("the selector is valid");
    form.select(&selector)
        .filter_map(|element| {
            let name = element.attr("name")?.to_owned();
            let value = match element.value().name() {
                "textarea" => Some(element.text().collect::<String>().trim_start_matches('\n').to_owned()),
                "select" => Some(chosen_of(element)),
                _ => input_value(element),
            };
            value.map(|value| (name, value))
        })
        .collect()
}

/// The value of an input as it would be sent; none for what is not sent.
fn input_value(input: ElementRef<'_>) -> Option<String> {
    let value = input.attr("value");
    match input.attr("type").unwrap_or("text") {
        "submit" | "button" | "image" | "reset" | "file" => None,
        "checkbox" | "radio" => input.attr("checked").map(|_| value.unwrap_or("on").to_owned()),
        _ => Some(value.unwrap_or_default().to_owned()),
    }
}

fn chosen_of(select: ElementRef<'_>) -> String {
    let options = Selector::parse("option").expect("the selector is valid");
    let chosen = select.select(&options).find(|option| option.attr("selected").is_some());
    let option = chosen.or_else(|| select.select(&options).next());
    option
        .map(|option| option.attr("value").map_or_else(|| text_of(option), str::to_owned))
        .unwrap_or_default()
}

fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><h1>Sign  in</h1><form method="post" action="/auth/sign_in">
        <input type="hidden" name="token" value="t"><input name="email"><input type="checkbox" name="keep">
        <input type="radio" name="account" value="1"><input type="radio" name="account" value="2" checked>
        <select name="language"><option value="de">Deutsch<option value="en" selected>English</select>
        <textarea name="text">
Hello</textarea><button>Go</button></form>"#;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let form =
            Page::read(PAGE).form("form").expect("there is a form").fill("email", "alice@stadt.example");

        let fields: Vec<_> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((form.method.as_str(), form.action.as_str()), ("POST", "/auth/sign_in"));
        let expected = [
            ("token", "t"),
            ("email", "alice@stadt.example"),
            ("account", "2"),
            ("language", "en"),
            ("text", "Hello"),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn text_has_single_spaces() {
        assert_eq!(Page::read(PAGE).text("h1"), "Sign in");
    }
}
