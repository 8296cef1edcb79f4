//! The pictures of what is reported, fetched to be kept with its case.

use http::StatusCode;
use stadtbote_core::actions::evidence;
use stadtbote_core::domain::ids::CaseId;
use stadtbote_core::{App, Error};
use url::Url;

use crate::Federation;
use crate::client::RequestError;

impl Federation {
    /// Keeps the pictures of a version, ours and those of others. What may be had later is asked for again.
    pub(crate) async fn keep_evidence(&self, app: &App, case: CaseId, version: i64) -> Result<(), Error> {
        let mut later = None;
        for wanted in evidence::list_wanted(app, case, version).await? {
            let had = match wanted.is_elsewhere {
                false => self.app().media.read(&wanted.address).await.map_err(Error::unexpected)?,
                true => match self.evidence_at(&wanted.address).await? {
                    Ok(bytes) => Some(bytes),
                    Err(Cause::ForGood(reason)) => {
                        evidence::keep(self.app(), case, version, wanted, Err(reason)).await?;
                        continue;
                    }
                    Err(Cause::ForNow(reason)) => {
                        later = Some(reason);
                        continue;
                    }
                },
            };
            let had = had.ok_or_else(|| "it is gone".to_owned());
            // Without the lease: the job ends when all are kept.
            evidence::keep(self.app(), case, version, wanted, had).await?;
        }
        later.map_or(Ok(()), |reason| Err(Error::Remote(reason)))
    }

    async fn evidence_at(&self, address: &str) -> Result<Result<Vec<u8>, Cause>, Error> {
        let Ok(url) = Url::parse(address) else { return Ok(Err(Cause::ForGood("no address".into()))) };
        let fetched = self.client().await?.get_picture(&url, self.app().clock.now()).await;
        Ok(match fetched {
            Ok(fetched) if fetched.status == StatusCode::OK => Ok(fetched.body.to_vec()),
            Ok(fetched) if (400..500).contains(&fetched.status) && fetched.status != 429 => {
                Err(Cause::ForGood(format!("the answer was {}", fetched.status)))
            }
            Ok(fetched) => Err(Cause::ForNow(format!("the answer was {}", fetched.status))),
            Err(RequestError::Refused(refusal)) => Err(Cause::ForGood(refusal.to_string())),
            Err(error) => Err(Cause::ForNow(error.to_string())),
        })
    }
}

/// Why a picture could not be had.
enum Cause {
    /// It never will be.
    ForGood(String),
    /// It may be later.
    ForNow(String),
}
