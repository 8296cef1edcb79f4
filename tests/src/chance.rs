//! Chance that can be repeated: all that a test leaves to it follows from one number.

/// The variable that sets the number, to run a test again as it was.
pub const SEED: &str = "STADTBOTE_SEED";

/// Numbers by chance (SplitMix64).
#[derive(Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// Begins with the number of `STADTBOTE_SEED`, else with any; says which, so that the run can be repeated.
    pub fn announced() -> Chance {
        let seed = match std::env::var(SEED) {
            Ok(text) => text.parse().expect("STADTBOTE_SEED is a number"),
            Err(_) => {
                let mut bytes = [0; 4];
                getrandom::fill(&mut bytes).expect("the machine has randomness");
                u64::from(u32::from_le_bytes(bytes))
            }
        };
        eprintln!("To repeat what was left to chance: {SEED}={seed}");
        Chance { state: seed }
    }

    /// A number from 0 to `limit` - 1.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
