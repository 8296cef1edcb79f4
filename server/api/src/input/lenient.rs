//! Values as Rails takes them: what form clients send as text and JSON clients as what it is, means the same.
//!
//! Nothing here is an error: a value of the wrong shape is not given, as with Rails.

use std::ops::Deref;

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A parameter that may not be there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given<T>(pub(crate) Option<T>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Given(None)
    }
}

impl<T> Deref for Given<T> {
    type Target = Option<T>;

    fn deref(&self) -> &Option<T> {
        &self.0
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Given(T::read(Value::deserialize(deserializer)?)))
    }
}

/// Something that can be read from whatever a client sent.
pub(crate) trait Lenient: Sized {
    /// The value, or none if it is not there in any shape.
    fn read(value: Value) -> Option<Self>;
}

impl Lenient for bool {
    fn read(value: Value) -> Option<bool> {
        match value {
            Value::Bool(flag) => Some(flag),
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => {
                Some(!matches!(text.as_str(), "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF"))
            }
            _ => None,
        }
    }
}

/// Ids and counts. Text that is no number is 0, as with Rails: no row has that id.
impl Lenient for i64 {
    fn read(value: Value) -> Option<i64> {
        match value {
            Value::Number(number) => Some(whole(&number.to_string())),
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(whole(text.trim())),
            _ => None,
        }
    }
}

/// The number at the beginning of a text, held within what fits.
pub(crate) fn whole(text: &str) -> i64 {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut number: i64 = 0;
    for digit in digits.bytes().take_while(u8::is_ascii_digit) {
        number = number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    }
    if is_negative { -number } else { number }
}

/// Longest time that is taken from a client: a database may not be able to keep a year of five digits.
const LONGEST: i64 = 100 * 366 * 86_400;

/// A time that begins now, from a number of seconds; none if it is over at once.
pub(crate) fn duration(seconds: i64) -> Option<TimeDelta> {
    (seconds > 0).then(|| TimeDelta::seconds(seconds.min(LONGEST)))
}

impl Lenient for String {
    fn read(value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }
}

/// A list, in any of the ways to send one: a JSON list, a map with numbers as keys, or a single value. Empty texts
/// are left out: `ids[]=` is how a form sends an empty list.
impl<T: Lenient> Lenient for Vec<T> {
    fn read(value: Value) -> Option<Vec<T>> {
        let items = match value {
            Value::Array(items) => items,
            Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
                let mut items: Vec<(u32, Value)> =
                    map.into_iter().filter_map(|(key, item)| Some((key.parse().ok()?, item))).collect();
                items.sort_by_key(|(place, _)| *place);
                items.into_iter().map(|(_, item)| item).collect()
            }
            other => vec![other],
        };
        let is_something = |item: &Value| !matches!(item, Value::String(text) if text.is_empty());
        Some(items.into_iter().filter(is_something).filter_map(T::read).collect())
    }
}

/// A group of parameters: `poll[options][]=`, or an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Part<T>(pub(crate) T);

impl<T: DeserializeOwned> Lenient for Part<T> {
    fn read(value: Value) -> Option<Part<T>> {
        value.is_object().then(|| serde_json::from_value(value).ok().map(Part)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn flags_are_read_as_rails_does() {
        for off in [json!(false), json!("0"), json!("f"), json!("FALSE"), json!("off"), json!(0)] {
            assert_eq!(bool::read(off.clone()), Some(false), "{off}");
        }
        for on in [json!(true), json!("1"), json!("true"), json!("on"), json!("no"), json!(1)] {
            assert_eq!(bool::read(on.clone()), Some(true), "{on}");
        }
        assert_eq!(bool::read(json!("")), None);
    }

    #[test]
    fn f23_numbers_come_as_text_or_number_and_never_overflow() {
        assert_eq!(i64::read(json!("40")), Some(40));
        assert_eq!(i64::read(json!(40)), Some(40));
        assert_eq!(i64::read(json!("-7")), Some(-7));
        assert_eq!(i64::read(json!("nonsense")), Some(0));
        assert_eq!(i64::read(json!("99999999999999999999999")), Some(i64::MAX));
        assert_eq!(i64::read(json!(1e300)), Some(1));
        assert_eq!(i64::read(json!(" ")), None);
        assert_eq!(i64::read(json!({})), None);
    }

    #[test]
    fn lists_come_in_four_shapes() {
        let expected = Some(vec![1, 2]);

        assert_eq!(Vec::<i64>::read(json!(["1", 2])), expected);
        assert_eq!(Vec::<i64>::read(json!({"10": "2", "9": "1"})), expected);
        assert_eq!(Vec::<i64>::read(json!("1")), Some(vec![1]));
        assert_eq!(Vec::<i64>::read(json!([""])), Some(vec![]));
    }

    #[test]
    fn groups_are_read_from_objects_only() {
        #[derive(Debug, Default, PartialEq, Deserialize)]
        #[serde(default)]
        struct Field {
            name: Given<String>,
        }
        let field = |name: &str| Part(Field { name: Given(Some(name.into())) });

        assert_eq!(Vec::<Part<Field>>::read(json!([{"name": "a"}, 7])), Some(vec![field("a")]));
        assert_eq!(Vec::<Part<Field>>::read(json!({"0": {"name": "a"}})), Some(vec![field("a")]));
        assert_eq!(Vec::<Part<Field>>::read(json!({"name": "a"})), Some(vec![field("a")]));
    }
}
