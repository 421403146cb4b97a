import Crypto

/// SHA-256 over bytes as they come.
package struct Digest {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        if done == nil { hash.update(data: Array(bytes)) }
    }

    /// Lower-case hex of everything so far.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// The SHA-256 of some bytes, in lower-case hex.
package func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.hex
}
