import FlyingFox
import Foundation
import Language
import Testing

@testable import Fetching

/// Bodies that are compressed: unpacked, bounded by what they unpack to, and never taken for whole where they were cut.
struct EncodingTests {
    /// Twelve lines `{"n": 0}` to `{"n": 11}`.
    private static let rows = (0..<12).map { "{\"n\": \($0)}\n" }.joined()
    private static let gzip = bytes(
        "1f8b0800000000000203ab56ca53b25230a8e5aa06330c610c2318c318c63081314c610c3318c31cc6b080312ce106228c069a0d00f71082886e000000"
    )
    private static let zstd = bytes(
        "28b52ffd04685d0100b07b226e223a20307d0a31323334353637383931317d0a0ba810f07a0eb013eb1024011e07de082a5d930109369c63")
    private static let brotli = bytes(
        "1b6d00f89d07b6738b467604e9c2ea178c1a44c46d8f1b8ccd4b99a1907d3130edc0259af0b20a60e0371f88c4a2b4b12e6603")
    /// 200,000 blanks.
    private static let bomb =
        bytes("1f8b0800000000000203edc13101000000c2a02aeb9fd20cfe4001") + [UInt8](repeating: 0, count: 193)
        + bytes("af0131616210400d0300")

    private static let zstdBomb = bytes("28b52ffda0400d03005400001020200100fbff39c002036a0820")
    private static let brotliBomb = bytes("5b3f0d835f02241e0b04f2090600")

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    private struct Row: Sendable {
        let name: String
        let encoding: String
        let body: [UInt8]
        let format: String
        let outcome: String
        /// How many bytes of rows are handed over.
        let count: Int
    }

    private static let table: [Row] = [
        Row(name: "/whole", encoding: "gzip", body: gzip, format: "ndjson", outcome: "complete", count: 110),
        Row(name: "/capitals", encoding: "X-GZip", body: gzip, format: "ndjson", outcome: "complete", count: 110),
        Row(name: "/two", encoding: "gzip", body: gzip + gzip, format: "ndjson", outcome: "complete", count: 220),
        Row(name: "/plain", encoding: "identity", body: Array(rows.utf8), format: "ndjson", outcome: "complete", count: 110),
        Row(name: "/none", encoding: "gzip", body: [], format: "ndjson", outcome: "complete", count: 0),
        Row(name: "/nearly", encoding: "gzip", body: gzip.dropLast(1), format: "ndjson", outcome: "failed:truncated", count: 0),
        Row(name: "/trailer", encoding: "gzip", body: gzip.dropLast(8), format: "csv", outcome: "failed:truncated", count: 0),
        Row(name: "/half", encoding: "gzip", body: gzip.dropLast(30), format: "csv", outcome: "failed:truncated", count: 0),
        Row(name: "/head", encoding: "gzip", body: Array(gzip.prefix(5)), format: "json", outcome: "failed:truncated", count: 0),
        Row(
            name: "/sum", encoding: "gzip", body: gzip.dropLast(8) + bytes("0000000000000000"), format: "csv",
            outcome: "failed:bad_encoding", count: 0),
        Row(
            name: "/behind", encoding: "gzip", body: gzip + [0x41, 0x42, 0x43], format: "ndjson", outcome: "failed:bad_encoding",
            count: 0),
        Row(name: "/zstd", encoding: "zstd", body: zstd, format: "ndjson", outcome: "complete", count: 110),
        Row(name: "/zstds", encoding: "zstd", body: zstd + zstd, format: "ndjson", outcome: "complete", count: 220),
        Row(name: "/zstdcut", encoding: "zstd", body: zstd.dropLast(1), format: "csv", outcome: "failed:truncated", count: 0),
        Row(name: "/zstdhalf", encoding: "zstd", body: zstd.dropLast(20), format: "json", outcome: "failed:truncated", count: 0),
        Row(name: "/zstdnot", encoding: "zstd", body: gzip, format: "json", outcome: "failed:bad_encoding", count: 0),
        Row(name: "/zstdbomb", encoding: "zstd", body: zstdBomb, format: "csv", outcome: "failed:too_large", count: 0),
        Row(name: "/br", encoding: "br", body: brotli, format: "ndjson", outcome: "complete", count: 110),
        Row(name: "/brcut", encoding: "br", body: brotli.dropLast(1), format: "json", outcome: "failed:truncated", count: 0),
        Row(name: "/brmore", encoding: "br", body: brotli + brotli, format: "json", outcome: "failed:bad_encoding", count: 0),
        Row(name: "/brbomb", encoding: "br", body: brotliBomb, format: "json", outcome: "failed:too_large", count: 0),
        Row(name: "/deflate", encoding: "deflate", body: gzip, format: "json", outcome: "failed:bad_encoding", count: 0),
        Row(name: "/twice", encoding: "gzip, gzip", body: gzip, format: "ndjson", outcome: "failed:bad_encoding", count: 0),
        Row(name: "/bomb", encoding: "gzip", body: bomb, format: "csv", outcome: "failed:too_large", count: 0),
        Row(name: "/page", encoding: "gzip", body: bomb, format: "json", outcome: "failed:too_large", count: 0),
    ]

    @Test(arguments: EncodingTests.table.indices)
    func `a compressed body is whole, or is not taken for it`(index: Int) async throws {
        let row = Self.table[index]
        try await LoopbackServer.serving { request in
            guard request.headers[HTTPHeader("Accept-Encoding")] == "zstd, br, gzip" else {
                return LoopbackServer.answer([], 406)
            }
            return LoopbackServer.answer(row.body, 200, ["Content-Encoding": row.encoding])
        } _: { base in
            let pulled = try await pull(
                "{id: a, url: '\(base)\(row.name)', format: \(row.format), limits: {retries: 0, max_page: 100kB, max_bytes: 150kB}}"
            )
            #expect(pulled.outcome == row.outcome, "\(row.name)")
            #expect(pulled.bytes.count == row.count, "\(row.name)")
            if row.count == 110 { #expect(pulled.bytes == Array(Self.rows.utf8)) }
        }
    }

    @Test func `little is unpacked at once, however much there is in it`() throws {
        let decoder = ContentDecoder(GzipCodec())
        // Members one behind the other, of 200,000 blanks each.
        let packed = [[UInt8]](repeating: Self.bomb, count: 50).flatMap(\.self)
        var count = 0
        for at in stride(from: 0, to: packed.count, by: 1000) {
            decoder.push(Array(packed[at..<min(packed.count, at + 1000)]))
            while let bytes = try decoder.next() {
                #expect(!bytes.isEmpty)
                #expect(bytes.count <= ContentDecoder.piece)
                count += bytes.count
            }
        }
        try decoder.finish()
        #expect(count == 10_000_000)
    }

    private func pull(_ yaml: String) async throws -> (outcome: String, bytes: [UInt8]) {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
        let puller = Puller(certificateAuthorities: nil)
        var pulled = (outcome: "", bytes: [UInt8]())
        for await event in puller.pull(source) {
            switch event {
            case .bytes(let bytes, _): pulled.bytes += bytes
            case .ended(let outcome): pulled.outcome = outcome.name + (outcome.reason.map { ":" + $0.code } ?? "")
            default: break
            }
        }
        await puller.shutDown()
        return pulled
    }
}
