import Testing

@testable import Language

/// Broken JSON is refused or read, never a crash.
struct JSONFuzzTests {
    private static let seed = Array(
        #"""
        {"tickets":[{"id":1,"s":"a\u00e9\ud83d\ude00\"","n":[1,-2.5e3,true,false,null,18446744073709551615]},
        {"id":123456789012345678901234567890,"e":{},"l":[[],[{}]],"k":"v","k":"w"}],"next":"https://x.example/?a=b"}
        """#.utf8)

    @Test(arguments: 0..<8) func `a mutated document is read to its last element or refused`(round: Int) {
        var random = SmallRandom(state: UInt64(round) &* 0x9E37_79B9 &+ 1)
        var read = 0
        var refused = 0
        for _ in 0..<500 {
            var bytes = Self.seed
            for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&bytes, &random) }
            do {
                let document = try JSONDocument(parsing: bytes)
                _ = describe(document.root.detached())
                #expect(visit(document.root) > 0)
                read += 1
            } catch {
                refused += 1
                if let offset = error.offset { #expect(offset <= bytes.count) }
            }
        }
        #expect(read > 0 && refused > 0)
    }

    private func visit(_ element: JSONElement) -> Int {
        var count = 1
        for child in element.children() { count += visit(child) }
        for key in element.keys {
            if let child = element.find(key) { count += visit(child) }
        }
        return count
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SmallRandom) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("{}[]\",:\\0".utf8).randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.removeLast(bytes.count - place)
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}

/// The same numbers on every machine.
struct SmallRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var x = state
        x ^= x >> 33
        x = x &* 0xFF51_AFD7_ED55_8CCD
        return x ^ (x >> 33)
    }
}
