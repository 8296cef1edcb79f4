//! Parameters as Rails reads them: `a[]=`, `a[b]=` and `a[0][b]=` become one tree.

use serde_json::{Map, Value};

use super::Malformed;

/// More pairs than any client sends, and few enough to be harmless.
const MOST_PAIRS: usize = 1000;

/// Deeper than anything a client sends (`keywords_attributes[0][keyword]` is three).
const DEEPEST: usize = 10;

/// The tree of a query string or form.
pub(super) fn from_pairs(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<Map<String, Value>, Malformed> {
    let mut tree = Value::Object(Map::new());
    for (count, (name, value)) in pairs.into_iter().enumerate() {
        if count == MOST_PAIRS {
            return Err(Malformed("Too many parameters"));
        }
        let path = segments(&name);
        if path.len() > DEEPEST {
            return Err(Malformed("Parameters are nested too deeply"));
        }
        put(&mut tree, &path, value)?;
    }
    match tree {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// Takes out `null`, which says the same as a parameter that is not there, and refuses what no client sends: deep
/// nesting, and NUL, which a database may not be able to keep.
pub(super) fn clean(map: Map<String, Value>) -> Result<Map<String, Value>, Malformed> {
    match clean_value(Value::Object(map), 0)? {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

fn clean_value(value: Value, depth: usize) -> Result<Value, Malformed> {
    if depth > DEEPEST {
        return Err(Malformed("Parameters are nested too deeply"));
    }
    Ok(match value {
        Value::String(text) if text.contains('\0') => {
            return Err(Malformed("A parameter contains a null byte"));
        }
        Value::Array(items) => {
            let items = items.into_iter().filter(|item| !item.is_null());
            Value::Array(items.map(|item| clean_value(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Object(map) => {
            let pairs = map.into_iter().filter(|(_, value)| !value.is_null());
            let clean_pair = |(name, value)| clean_value(value, depth + 1).map(|value| (name, value));
            Value::Object(pairs.map(clean_pair).collect::<Result<_, _>>()?)
        }
        other => other,
    })
}

/// `a[b][]` is `a`, `b` and an empty segment; a name that is not built like this is one segment.
fn segments(name: &str) -> Vec<&str> {
    let Some((base, rest)) = name.split_once('[').filter(|(base, _)| !base.is_empty()) else {
        return vec![name];
    };
    let Some(rest) = rest.strip_suffix(']') else {
        return vec![name];
    };
    let mut path = vec![base];
    path.extend(rest.split("]["));
    path
}

fn put(place: &mut Value, path: &[&str], text: String) -> Result<(), Malformed> {
    let Some((segment, rest)) = path.split_first() else {
        *place = Value::String(text);
        return Ok(());
    };
    if segment.is_empty() {
        if place.is_null() {
            *place = Value::Array(Vec::new());
        }
        let Value::Array(items) = place else { return Err(CLASH) };
        if !items.last().is_some_and(|last| has_room(last, rest)) {
            items.push(Value::Null);
        }
        return match items.last_mut() {
            Some(item) => put(item, rest, text),
            None => Ok(()),
        };
    }
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    let Value::Object(map) = place else { return Err(CLASH) };
    put(map.entry(*segment).or_insert(Value::Null), rest, text)
}

const CLASH: Malformed = Malformed("A parameter is given in two shapes");

/// Whether the item of a list goes on with this pair: a key that it already has begins the next item.
fn has_room(item: &Value, path: &[&str]) -> bool {
    let mut item = item;
    for segment in path {
        if segment.is_empty() {
            return item.is_array();
        }
        match item.get(segment) {
            Some(inner) => item = inner,
            None => return item.is_object(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree(text: &str) -> Value {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).expect("the form is well made");
        Value::Object(from_pairs(pairs).expect("the tree is sound"))
    }

    #[test]
    fn brackets_make_lists_and_maps() {
        assert_eq!(tree("a=1&a=2"), json!({"a": "2"}));
        assert_eq!(tree("a[]=1&a[]=2"), json!({"a": ["1", "2"]}));
        assert_eq!(tree("a[b][c]=1&a[d]=2"), json!({"a": {"b": {"c": "1"}, "d": "2"}}));
        assert_eq!(tree("a[b][]=1&a[b][]=2"), json!({"a": {"b": ["1", "2"]}}));
        assert_eq!(
            tree("f[0][n]=x&f[0][v]=y&f[1][n]=z"),
            json!({"f": {"0": {"n": "x", "v": "y"}, "1": {"n": "z"}}})
        );
    }

    #[test]
    fn a_repeated_key_begins_the_next_item_of_a_list() {
        let expected = json!({"k": [{"w": "a", "id": "1"}, {"w": "b"}]});

        assert_eq!(tree("k[][w]=a&k[][id]=1&k[][w]=b"), expected);
    }

    #[test]
    fn odd_names_stay_names() {
        assert_eq!(tree("[=1&[]=2&a[=3"), json!({"[": "1", "[]": "2", "a[": "3"}));
    }

    #[test]
    fn f23_hostile_forms_are_refused() {
        let pair = |name: &str| vec![(name.to_owned(), String::new())];
        let deep = format!("a{}", "[b]".repeat(500));
        let clash = [pair("a"), pair("a[b]")].concat();
        let many: Vec<_> = (0..1001).map(|n| (format!("a{n}"), String::new())).collect();

        assert!(from_pairs(pair(&deep)).is_err());
        assert!(from_pairs(clash).is_err());
        assert!(from_pairs(many).is_err());
        assert!(clean(Map::from_iter([("a".to_owned(), json!(["b\0"]))])).is_err());
    }

    #[test]
    fn null_is_not_given() {
        let map = Map::from_iter([("a".to_owned(), json!(null)), ("b".to_owned(), json!([1, null]))]);

        assert_eq!(Value::Object(clean(map).expect("it is sound")), json!({"b": [1]}));
    }
}
