/// SHA-256 (FIPS 180-4) of some bytes as lower-case hex. Stands in until Fetching's digest can be used here.
package func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
    var message = Array(bytes)
    let bitCount = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: bitCount >> shift)) }
    var hash = fractions(of: primes(8), root: { $0.squareRoot() })
    let constants = SHA256Constants.rounds
    for start in stride(from: 0, to: message.count, by: 64) {
        compress(message[start..<start + 64], into: &hash, constants)
    }
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = ""
    for word in hash {
        for shift in stride(from: UInt32(28), through: 0, by: -4) { text.unicodeScalars.append(digits[Int(word >> shift & 15)]) }
    }
    return text
}

/// The round constants, made once.
private enum SHA256Constants {
    static let rounds = fractions(of: primes(64), root: cubeRoot)
}

private func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var candidate = 2
    while found.count < count {
        if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
        candidate += 1
    }
    return found
}

/// The first 32 bits of the fractional parts.
private func fractions(of primes: [Int], root: (Double) -> Double) -> [UInt32] {
    primes.map { prime in
        let value = root(Double(prime))
        return UInt32((value - value.rounded(.down)) * 4_294_967_296)
    }
}

private func cubeRoot(_ x: Double) -> Double {
    var root = x / 2
    for _ in 0..<64 { root -= (root * root * root - x) / (3 * root * root) }
    return root
}

private func compress(_ block: ArraySlice<UInt8>, into hash: inout [UInt32], _ constants: [UInt32]) {
    var words = [UInt32](repeating: 0, count: 64)
    for (index, byte) in block.enumerated() { words[index / 4] = words[index / 4] << 8 | UInt32(byte) }
    func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
    for t in 16..<64 {
        let (a, b) = (words[t - 15], words[t - 2])
        let small0 = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
        let small1 = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
        words[t] = words[t - 16] &+ small0 &+ words[t - 7] &+ small1
    }
    var v = hash
    for t in 0..<64 {
        let big1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
        let chosen = v[4] & v[5] ^ ~v[4] & v[6]
        let first = v[7] &+ big1 &+ chosen &+ constants[t] &+ words[t]
        let big0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
        let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
        v = [first &+ big0 &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
    }
    for index in hash.indices { hash[index] = hash[index] &+ v[index] }
}
