//! Files on disk, kept so that what was answered is there after a power cut.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::MediaError;

/// Where files lie that are still being written, inside the store's folder.
const UNFINISHED: &str = ".unfinished";

/// The longest key, in bytes.
const MAX_KEY: usize = 200;

/// A folder in which files lie under keys such as `posts/ab/cd3f….jpg`.
///
/// The caller makes the keys, from random letters; a file is never changed once it has its key.
#[derive(Debug, Clone)]
pub struct MediaStore {
    folder: PathBuf,
}

impl MediaStore {
    /// The store in this folder, which is made when the first file is put into it.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        MediaStore { folder: folder.as_ref().to_owned() }
    }

    /// Where the file with this key lies or would lie.
    ///
    /// A key is made of parts of `a-z 0-9 . _ -`, joined by `/`; no part begins with a dot. Anything else is an
    /// [`MediaError::InvalidKey`], so that no key leads out of the folder.
    pub fn path(&self, key: &str) -> Result<PathBuf, MediaError> {
        let is_part = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
        };
        if key.len() > MAX_KEY || key.contains("..") || !key.split('/').all(is_part) {
            return Err(MediaError::InvalidKey);
        }
        Ok(self.folder.join(key))
    }

    /// Keeps a file under a key. When this returns, file and name are on disk; before, nothing is to be seen of it.
    pub async fn put(&self, key: &str, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<(), MediaError> {
        let (store, target) = (self.clone(), self.path(key)?);
        blocking(move || store.write(&target, bytes.as_ref())).await
    }

    /// The bytes of a file; `None` if there is none with this key.
    pub async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, MediaError> {
        let path = self.path(key)?;
        blocking(move || match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Deletes a file; that there is none is fine.
    pub async fn delete(&self, key: &str) -> Result<(), MediaError> {
        let path = self.path(key)?;
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    /// How many bytes we may still write to where the files lie.
    pub async fn free_bytes(&self) -> Result<u64, MediaError> {
        let folder = self.folder.clone();
        blocking(move || {
            let found = rustix::fs::statvfs(&folder)?;
            Ok(found.f_bavail.saturating_mul(found.f_frsize))
        })
        .await
    }

    /// Deletes what a crash left half written more than a day ago, and says how many files that were.
    pub async fn sweep(&self) -> Result<usize, MediaError> {
        let folder = self.folder.join(UNFINISHED);
        blocking(move || {
            let entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
                Err(error) => return Err(error),
            };
            let mut swept = 0;
            for entry in entries {
                let entry = entry?;
                let age = SystemTime::now().duration_since(entry.metadata()?.modified()?).unwrap_or_default();
                if age > Duration::from_secs(24 * 60 * 60) {
                    fs::remove_file(entry.path())?;
                    swept += 1;
                }
            }
            Ok(swept)
        })
        .await
    }

    /// Deletes files below a folder: those older than `age`, and then the oldest until the others have at most `bytes`.
    /// Says how many there were.
    pub async fn trim(&self, folder: &str, bytes: u64, age: Duration) -> Result<usize, MediaError> {
        let folder = self.path(folder)?;
        blocking(move || {
            let mut files = Vec::new();
            list(&folder, &mut files)?;
            // The newest first, so that what is beyond the sum is the oldest.
            files.sort_by_key(|(written, ..)| std::cmp::Reverse(*written));
            let (mut sum, mut deleted) = (0, 0);
            for (written, length, path) in files {
                sum += length;
                if sum > bytes || SystemTime::now().duration_since(written).unwrap_or_default() > age {
                    fs::remove_file(path)?;
                    deleted += 1;
                }
            }
            Ok(deleted)
        })
        .await
    }

    fn write(&self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let parent = target.parent().unwrap_or(&self.folder);
        let unfinished = self.folder.join(UNFINISHED);
        self.make_folders(parent)?;
        self.make_folders(&unfinished)?;

        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(format!("{}-{number}-", std::process::id()));
        name.push(target.file_name().unwrap_or_default());
        let temporary = unfinished.join(name);
        let written = write_through(&temporary, bytes).and_then(|()| fs::rename(&temporary, target));
        if written.is_err() {
            // What matters is the first error; a left-over is swept later.
            let _ = fs::remove_file(&temporary);
        }
        written?;
        sync_folder(parent)
    }

    /// Makes a folder of the store, with each new name in its parent on disk.
    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
        for path in missing.into_iter().rev() {
            match fs::create_dir(path) {
                // Another writer was first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made?,
            }
            if let Some(parent) = path.parent() {
                sync_folder(parent)?;
            }
        }
        Ok(())
    }
}

/// The files below a folder, with when they were written and how large they are.
fn list(folder: &Path, files: &mut Vec<(SystemTime, u64, PathBuf)>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push((about.modified()?, about.len(), entry.path()));
        }
    }
    Ok(())
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, MediaError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.unwrap_or_else(|panic| Err(io::Error::other(panic.to_string())))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(name: &str) -> MediaStore {
        let folder = std::env::temp_dir().join(format!("stadtbote-media-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        MediaStore::new(folder)
    }

    #[tokio::test]
    async fn a_file_is_kept_read_and_deleted() {
        let store = store("kept");

        store.put("posts/a1/b2.jpg", vec![1, 2, 3]).await.unwrap();
        let read = store.read("posts/a1/b2.jpg").await.unwrap();
        let unfinished = fs::read_dir(store.folder.join(UNFINISHED)).unwrap().count();
        store.delete("posts/a1/b2.jpg").await.unwrap();
        store.delete("posts/a1/b2.jpg").await.unwrap();

        assert_eq!(read, Some(vec![1, 2, 3]));
        assert_eq!(unfinished, 0);
        assert_eq!(store.read("posts/a1/b2.jpg").await.unwrap(), None);
        assert_eq!(store.sweep().await.unwrap(), 0);
        fs::remove_dir_all(store.folder).unwrap();
    }

    #[tokio::test]
    async fn c31_what_is_too_old_or_too_much_is_trimmed_the_oldest_first() {
        let store = store("trimmed");
        for (name, hours) in [("aa/old", 50), ("aa/older", 60), ("bb/new", 1), ("cc/newer", 0)] {
            let key = format!("copies/{name}");
            store.put(&key, vec![0; 100]).await.unwrap();
            let written = SystemTime::now() - Duration::from_secs(hours * 3600);
            File::options()
                .write(true)
                .open(store.path(&key).unwrap())
                .unwrap()
                .set_modified(written)
                .unwrap();
        }
        store.put("posts/aa/ours", vec![0; 100]).await.unwrap();

        let day = Duration::from_secs(24 * 3600);
        let trimmed = [
            store.trim("copies", 1000, 100 * day).await.unwrap(),
            store.trim("copies", 300, 100 * day).await.unwrap(),
            store.trim("copies", 300, day).await.unwrap(),
            store.trim("copies", 100, day).await.unwrap(),
            store.trim("nothing", 0, day).await.unwrap(),
        ];

        assert_eq!(trimmed, [0, 1, 1, 1, 0]);
        assert!(store.read("copies/cc/newer").await.unwrap().is_some());
        assert!(store.read("posts/aa/ours").await.unwrap().is_some());
        fs::remove_dir_all(store.folder).unwrap();
    }

    #[test]
    fn c22_no_key_leads_out_of_the_folder() {
        let store = MediaStore::new("data/media");
        let long = "a".repeat(MAX_KEY + 1);
        for key in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            "..",
            "a/../b",
            "../a",
            "a/..",
            ".",
            "./a",
            ".unfinished/a",
            "A",
            "a b",
            "a\\b",
            "a\0",
            "ä",
            "a..b",
            "c:d",
            &long,
        ] {
            assert!(matches!(store.path(key), Err(MediaError::InvalidKey)), "{key:?}");
        }
        assert_eq!(store.path("a/b-c_d.jpg").unwrap(), Path::new("data/media/a/b-c_d.jpg"));
    }

    #[tokio::test]
    async fn many_writers_of_one_store_dont_disturb_each_other() {
        let store = store("many");

        let writers: Vec<_> = (0..16)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(
                    async move { store.put(&format!("x/{}/f{n}", n % 3), vec![n as u8; 1000]).await },
                )
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }

        for n in 0..16 {
            assert_eq!(store.read(&format!("x/{}/f{n}", n % 3)).await.unwrap(), Some(vec![n as u8; 1000]));
        }
        fs::remove_dir_all(store.folder).unwrap();
    }
}
