/// A small seeded generator (SplitMix64): the same seed gives the same demo on every machine and with every toolchain.
///
/// The standard library's own sampling is not used, since its algorithms may change between releases.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A whole number below `bound`, which is small, so that the bias of the remainder does not matter.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }

    /// A whole number from `low` to `high`, both included.
    mutating func between(_ low: Int, _ high: Int) -> Int {
        low + below(high - low + 1)
    }

    /// True in `perMille` of 1,000 draws.
    mutating func chance(_ perMille: Int) -> Bool {
        below(1_000) < perMille
    }

    /// `whole` times a factor between two factors that are given in per mille.
    mutating func part(of whole: Int, from low: Int, to high: Int) -> Int {
        whole * between(low, high) / 1_000
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[below(choices.count)]
    }
}
