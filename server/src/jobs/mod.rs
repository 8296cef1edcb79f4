//! The back door: what must follow is done here.

use stadtbote_core::actions::{answers, cases, domains, mails, measures, polls, reach, upkeep};
use stadtbote_core::domain::job::Job;
use stadtbote_core::testing::panic_point;
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;

pub mod schedule;
pub mod worker;

/// Does a job; says which job is whose.
async fn run(app: &App, federation: &Federation, job: Job) -> Result<(), Error> {
    panic_point(job.kind());
    match job {
        Job::CleanUp => upkeep::clean_up(app).await,
        Job::RollUpReach => reach::roll_up(app).await,
        Job::ClosePoll { post } => polls::close(app, post).await,
        Job::RemindOfCase { case } => cases::remind(app, case).await,
        Job::ApplyDomainPolicy { name } => domains::apply(app, &name).await,
        Job::AnswerNotices { decision, after } => answers::answer_notices(app, decision, after).await,
        Job::SendMail { mail } => mails::send(app, mail).await,
        Job::EndMeasure { measure } => measures::end_in_time(app, measure).await,
        Job::MakeKeys { .. }
        | Job::DistributePost { .. }
        | Job::DistributeUpdate { .. }
        | Job::DistributePoll { .. }
        | Job::DistributeDelete { .. }
        | Job::DistributeProfile { .. }
        | Job::DistributeMove { .. }
        | Job::Send { .. }
        | Job::Receive { .. }
        | Job::FetchPost { .. }
        | Job::FetchReplies { .. }
        | Job::FetchOutbox { .. }
        | Job::SyncFollowers { .. }
        | Job::VerifyQuote { .. }
        | Job::RefreshAccount { .. }
        | Job::KeepEvidence { .. }
        | Job::FetchDomainList { .. }
        | Job::LookUpHosts
        | Job::ReadFollowerCounts
        | Job::Push { .. } => federation.run(app, job).await,
    }
}

/// Whether a person can do something about a job that failed too often: not if another server has to.
fn is_for_a_person(job: &Job) -> bool {
    !matches!(
        job,
        Job::FetchPost { .. }
            | Job::FetchReplies { .. }
            | Job::FetchOutbox { .. }
            | Job::SyncFollowers { .. }
            | Job::VerifyQuote { .. }
            | Job::RefreshAccount { .. }
            | Job::KeepEvidence { .. }
            | Job::LookUpHosts
            | Job::ReadFollowerCounts
            | Job::Push { .. }
    )
}
