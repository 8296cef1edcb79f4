//! How the posts of a thread stand around one of them.

use std::collections::{HashMap, HashSet};

use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::posts::Model;

/// How much of a thread is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Most posts above.
    pub(crate) ancestors: usize,
    /// Most posts below.
    pub(crate) descendants: usize,
    /// Most steps down.
    pub(crate) depth: usize,
}

impl Bounds {
    /// For visitors.
    pub(crate) const GUEST: Bounds = Bounds { ancestors: 40, descendants: 60, depth: 20 };
    /// For members.
    pub(crate) const MEMBER: Bounds = Bounds { ancestors: 4096, descendants: 4096, depth: 4096 };
}

/// The posts above `post`, the root first, and those below it, each answer under what it answers; answers by the
/// author of what they answer come first, since they go on with it. `thread` is oldest first.
pub(crate) fn around(post: &Model, thread: Vec<Model>, bounds: Bounds) -> (Vec<Model>, Vec<Model>) {
    let by_id: HashMap<PostId, &Model> = thread.iter().map(|row| (row.id, row)).collect();
    let mut above = Vec::new();
    // Servers elsewhere can tell us anything, a circle too.
    let mut seen = HashSet::from([post.id]);
    let mut next = post.in_reply_to_id;
    while let Some(parent) = next.and_then(|id| by_id.get(&id)) {
        if above.len() == bounds.ancestors || !seen.insert(parent.id) {
            break;
        }
        above.push((*parent).clone());
        next = parent.in_reply_to_id;
    }
    above.reverse();

    let mut answers: HashMap<PostId, Vec<&Model>> = HashMap::new();
    for row in &thread {
        if let Some(parent) = row.in_reply_to_id {
            answers.entry(parent).or_default().push(row);
        }
    }
    let mut below = Vec::new();
    let mut open = vec![(post, 0)];
    while let Some((row, depth)) = open.pop() {
        if depth > 0 {
            below.push(row.clone());
        }
        if below.len() >= bounds.descendants {
            break;
        }
        if depth < bounds.depth {
            let mut next = answers.remove(&row.id).unwrap_or_default();
            next.retain(|answer| answer.id != post.id);
            next.sort_by_key(|answer| (answer.author_id != row.author_id, answer.id));
            open.extend(next.into_iter().rev().map(|answer| (answer, depth + 1)));
        }
    }
    (above, below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use stadtbote_core::domain::ids::AccountId;
    use stadtbote_core::domain::post::Visibility;

    fn post(id: i64, author: i64, parent: Option<i64>) -> Model {
        let address = format!("https://stadt.example/{id}");
        Model {
            in_reply_to_id: parent.map(PostId),
            thread_id: PostId(1),
            ..Model::published(
                PostId(id),
                AccountId(author),
                address,
                Visibility::Public,
                DateTime::<Utc>::UNIX_EPOCH,
            )
        }
    }

    fn ids(rows: &[Model]) -> Vec<i64> {
        rows.iter().map(|row| row.id.0).collect()
    }

    fn thread() -> Vec<Model> {
        vec![
            post(1, 1, None),
            post(2, 1, Some(1)),
            post(3, 2, Some(2)),
            post(4, 3, Some(3)),
            post(5, 1, Some(2)),
            post(6, 2, Some(1)),
        ]
    }

    #[test]
    fn answers_stand_under_what_they_answer_and_the_author_goes_on_first() {
        let (above, below) = around(&thread()[1], thread(), Bounds::MEMBER);

        assert_eq!(ids(&above), [1]);
        assert_eq!(ids(&below), [5, 3, 4]);
    }

    #[test]
    fn the_bounds_hold() {
        let bounds = Bounds { ancestors: 1, descendants: 2, depth: 1 };

        assert_eq!(ids(&around(&thread()[3], thread(), bounds).0), [3]);
        assert_eq!(ids(&around(&thread()[0], thread(), bounds).1), [2, 6]);
    }

    #[test]
    fn c18_a_circle_ends() {
        let rows = vec![post(1, 1, Some(2)), post(2, 1, Some(1))];

        let (above, below) = around(&rows[0], rows.clone(), Bounds::GUEST);

        assert_eq!(ids(&above), [2]);
        assert_eq!(ids(&below), [2]);
    }
}
