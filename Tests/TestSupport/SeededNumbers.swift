/// Sebastiano Vigna's SplitMix64: numbers that look random, the same in every run and on every machine.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A whole number below a bound above zero, which is small, so that the bias of the remainder does not matter.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
