//! Pictures that are damaged, and uploads that are many.

use std::time::Duration;

use futures::future::join_all;
use stadtbote_tests::stadtbote::Stadtbote;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PICTURES: [&[u8]; 4] = [
    include_bytes!("../fixtures/media/alpha.avif"),
    include_bytes!("../fixtures/media/colour-8bit.avif"),
    include_bytes!("../fixtures/media/colour-10bit.avif"),
    include_bytes!("../fixtures/media/identity.avif"),
];

/// The picture with some bytes of its coded part changed, always the same for the same number.
fn damaged(picture: &[u8], number: u64) -> Vec<u8> {
    let coded = picture.windows(4).position(|part| part == b"mdat").expect("it has a coded part") + 4;
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 65_521).unwrap_or_default()
    };
    let mut picture = picture.to_vec();
    for _ in 0..=number % 4 {
        let at = coded + next() % (picture.len() - coded);
        picture[at] = u8::try_from(next() % 256).unwrap_or_default();
    }
    if number.is_multiple_of(7) {
        picture.truncate(coded + next() % (picture.len() - coded));
    }
    picture
}

#[tokio::test]
async fn no_damaged_avif_ends_the_server_or_is_answered_with_a_fault() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let id = stadtbote.program().id();

    for numbers in (0..200).collect::<Vec<u64>>().chunks(4) {
        let uploads = numbers.iter().map(|number| {
            let picture = damaged(PICTURES[usize::try_from(number % 4).unwrap_or_default()], *number);
            let alice = alice.clone();
            async move { alice.upload("/api/v2/media", "a.avif", "image/avif", &picture, "").await }
        });
        for answer in join_all(uploads).await {
            assert!([200, 422].contains(&answer.status.as_u16()), "{}: {}", answer.status, answer.text);
        }
    }

    let whole = alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURES[1], "").await.good();
    assert_eq!(whole["type"], "image");
    assert_eq!(stadtbote.program().id(), id);
}

#[tokio::test]
async fn uploads_beyond_what_fits_into_memory_are_asked_to_come_again() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let address = stadtbote.door().address;
    // Begun, and never ended: each says that it is as large as a film may be.
    let begin = format!(
        "POST /api/v2/media HTTP/1.1\r\nHost: social.stadt.example\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=line\r\nContent-Length: 99000000\r\n\r\n--line\r\n",
        alice.token()
    );
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(begin.as_bytes()).await.expect("it reads");
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;

    let mut refused = String::new();
    for stream in &mut held {
        let mut answer = vec![0; 4096];
        let reading = tokio::time::timeout(Duration::from_secs(12), stream.read(&mut answer)).await;
        if let Ok(Ok(length)) = reading {
            refused = String::from_utf8_lossy(&answer[..length]).to_lowercase();
            break;
        }
    }

    assert!(refused.starts_with("http/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: "), "{refused}");
    // What is small goes on, and so does everything once they have hung up.
    let small = alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURES[1], "").await;
    assert_eq!(small.status, 200, "{}", small.text);
    drop(held);
    let large = vec![0; 20 << 20];
    let answer = alice.upload("/api/v2/media", "a.png", "image/png", &large, "").await;
    assert_eq!(answer.status, 422, "{}", answer.text);
}
