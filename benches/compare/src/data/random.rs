//! [`Random`]: numbers from a seed, the same on every machine.

/// `SplitMix64`.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u32, purpose: u32) -> Self {
        Self(u64::from(seed) << 32 | u64::from(purpose))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below another that is above 0.
    #[expect(clippy::cast_possible_truncation, reason = "it is below a u32")]
    pub fn below(&mut self, bound: u32) -> u32 {
        (self.next() % u64::from(bound)) as u32
    }

    pub fn of<'t, T>(&mut self, choices: &'t [T]) -> &'t T {
        let count = u32::try_from(choices.len()).expect("few choices");
        &choices[self.below(count) as usize]
    }
}
