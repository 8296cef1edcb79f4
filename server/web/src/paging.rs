//! Lists that are turned page by page, by links to older and newer.

use stadtbote_core::store::Page;

use crate::request::Asked;
use crate::views::Paging;

/// The page of a list that was asked for. One row more than is shown tells whether there is another page.
pub(crate) fn asked_page(asked: &Asked, per_page: u64) -> Page {
    let id = |name: &str| asked.parameter(name).and_then(|value| value.parse().ok());
    Page { max_id: id("max_id"), since_id: None, min_id: id("min_id"), limit: per_page + 1 }
}

/// Cuts `rows` to one page and gives the links to its neighbours, under `path` (which may have a query).
pub(crate) fn turn<T>(path: &str, page: &Page, rows: &mut Vec<T>, id: impl Fn(&T) -> i64) -> Paging {
    let has_more = rows.len() as u64 >= page.limit;
    if has_more {
        // The row too many is the one farthest from where the page began.
        match page.min_id {
            Some(_) => drop(rows.remove(0)),
            None => drop(rows.pop()),
        }
    }
    let sign = if path.contains('?') { '&' } else { '?' };
    let newer = |is_between: bool| match rows.first().filter(|_| is_between) {
        Some(first) => format!("{path}{sign}min_id={}", id(first)),
        None => path.to_owned(),
    };
    let has_older = page.min_id.is_some() || has_more;
    Paging {
        newer: match (page.min_id, page.max_id) {
            (Some(_), _) => Some(newer(has_more)),
            (None, Some(_)) => Some(newer(true)),
            (None, None) => None,
        },
        older: rows.last().filter(|_| has_older).map(|last| format!("{path}{sign}max_id={}", id(last))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(page: &Page, ids: &[i64]) -> (Vec<i64>, Paging) {
        let mut rows = ids.to_vec();
        let paging = turn("/@stadt", page, &mut rows, |id| *id);
        (rows, paging)
    }

    #[test]
    fn the_first_page_leads_to_older_ones_only() {
        let (rows, paging) = turned(&Page::newest(3), &[9, 8, 7]);

        assert_eq!(rows, [9, 8]);
        assert_eq!((paging.newer, paging.older), (None, Some("/@stadt?max_id=8".to_owned())));
    }

    #[test]
    fn a_short_page_is_the_last() {
        let (rows, paging) = turned(&Page { max_id: Some(8), ..Page::newest(3) }, &[7]);

        assert_eq!(rows, [7]);
        assert_eq!((paging.newer, paging.older), (Some("/@stadt?min_id=7".to_owned()), None));
    }

    #[test]
    fn the_way_back_ends_at_the_first_page() {
        let (rows, paging) = turned(&Page { min_id: Some(7), ..Page::newest(3) }, &[9, 8]);

        assert_eq!(rows, [9, 8]);
        assert_eq!(
            (paging.newer, paging.older),
            (Some("/@stadt".to_owned()), Some("/@stadt?max_id=8".to_owned()))
        );
    }
}
