import Foundation
import Testing

@testable import Fetching

/// Answers that are not what they say: their bytes, their length, their packing, their text.
struct BodyFaultTests {
    private static let auth = "auth: {bearer: {env: TOKEN}}, "
    private static let once = auth + "limits: {retries: 0, max_page: 100kB, max_row: 10kB}"
    private static let paged = once + ", page: {next_url: 'body.next'}"
    private static let rows = "{\"n\": 1}\n{\"n\": 2}\n"

    private static func raw(_ lines: String..., body: String = "") -> Fault.Script {
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        return { _ in .raw(text) }
    }

    private static func ok(_ body: String, _ headers: String...) -> Fault.Script { { _ in .answer(body, 200, headers) } }

    private static func ok(bytes: [UInt8], _ headers: String...) -> Fault.Script { { _ in .answer(bytes, 200, headers) } }

    /// How the answer is framed.
    static let framing: [Fault] = [
        Fault(
            name: "a length that is too long", keys: once, outcome: "failed:truncated",
            own: raw("HTTP/1.1 200 X", "Content-Length: 9", body: "[1]")),
        Fault(
            name: "a length that is too short", keys: once, outcome: "failed:not_json",
            own: raw("HTTP/1.1 200 X", "Content-Length: 2", body: "[1]")),
        Fault(
            name: "a length that is no number", keys: once, outcome: "failed:connection",
            own: raw("HTTP/1.1 200 X", "Content-Length: x", body: "[1]")),
        Fault(
            name: "a negative length", keys: once, outcome: "failed:connection",
            own: raw("HTTP/1.1 200 X", "Content-Length: -3", body: "[1]")),
        Fault(
            name: "no length, and the end of the connection is the end", keys: once, outcome: "complete",
            own: raw("HTTP/1.1 200 X", body: "[1]")),
        Fault(
            name: "no length, and the page is cut", keys: once, outcome: "failed:not_json", own: raw("HTTP/1.1 200 X", body: "[1")
        ),
        Fault(
            name: "rows without a length that are cut inside a letter", keys: once, format: "csv", outcome: "partial:not_utf8",
            own: { _ in [.send(Array("HTTP/1.1 200 X\r\n\r\na\nM".utf8) + [0xC3]), .close] }),
        Fault(
            name: "whole chunks", keys: once, outcome: "complete",
            own: raw("HTTP/1.1 200 X", "Transfer-Encoding: chunked", body: "2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n")),
        Fault(
            name: "chunks without their end", keys: once, outcome: "failed:truncated",
            own: raw("HTTP/1.1 200 X", "Transfer-Encoding: chunked", body: "3\r\n[1]\r\n")),
        Fault(
            name: "a chunk that is cut", keys: once, outcome: "failed:truncated",
            own: raw("HTTP/1.1 200 X", "Transfer-Encoding: chunked", body: "9\r\n[1]")),
        Fault(
            name: "a chunk of no size", keys: once, outcome: "failed:truncated",
            own: raw("HTTP/1.1 200 X", "Transfer-Encoding: chunked", body: "zz\r\n[1]\r\n0\r\n\r\n")),
        Fault(
            name: "chunks with trailers that would be headers", keys: once + ", page: {link_header: true}", outcome: "complete",
            asked: 1,
            own: raw(
                "HTTP/1.1 200 X", "Transfer-Encoding: chunked",
                body: "3\r\n[1]\r\n0\r\nLink: </two>; rel=next\r\n\r\n")),
        Fault(
            name: "rows in chunks without their end", keys: once, format: "ndjson", outcome: "failed:truncated",
            own: raw("HTTP/1.1 200 X", "Transfer-Encoding: chunked", body: "9\r\n{\"n\": 1}\n\r\n")),
        Fault(name: "no head but the page", keys: once, outcome: "failed:connection", own: { _ in .raw("[1]") }),
        Fault(
            name: "a status that is no number", keys: once, outcome: "failed:connection",
            own: raw("HTTP/1.1 OK", "Content-Length: 2", body: "[]")),
        Fault(
            name: "a head that is cut", keys: once, outcome: "failed:connection",
            own: { _ in .raw("HTTP/1.1 200 X\r\nContent-Le") }),
        Fault(
            name: "100 before the answer", keys: once, outcome: "complete",
            own: raw("HTTP/1.1 100 Continue", "", "HTTP/1.1 200 X", "Content-Length: 2", body: "[]")),
        Fault(
            name: "103 with a link before the answer", keys: once + ", page: {link_header: true}", outcome: "complete", asked: 1,
            own: raw("HTTP/1.1 103 Early Hints", "Link: </two>; rel=next", "", "HTTP/1.1 200 X", "Content-Length: 2", body: "[]")),
        Fault(
            name: "a header without a colon", keys: once, outcome: "failed:connection",
            own: raw("HTTP/1.1 200 X", "nonsense", "Content-Length: 2", body: "[]")),
        Fault(
            name: "one header that is too large", keys: once, outcome: "failed:too_large",
            own: ok("[]", "X-Much: " + String(repeating: "x", count: 300_000))),
        Fault(
            name: "too many headers", keys: once, outcome: "failed:too_large",
            own: { _ in .answer("[]", 200, (0..<9000).map { "X-\($0): \(String(repeating: "y", count: 40))" }) }),
        Fault(name: "HTTP/1.0", keys: once, outcome: "complete", own: raw("HTTP/1.0 200 X", "Content-Length: 2", body: "[]")),
        Fault(name: "a 204", keys: once, outcome: "complete", own: raw("HTTP/1.1 204 X")),
        Fault(
            name: "a 205 without a body", keys: once, outcome: "failed:http_status",
            own: raw("HTTP/1.1 205 X", "Content-Length: 0")),
        Fault(
            name: "a 206", keys: once, outcome: "failed:http_status", own: raw("HTTP/1.1 206 X", "Content-Length: 2", body: "[]")),
        Fault(
            name: "a connection that ends after each page", keys: paged, outcome: "complete", asked: 2,
            own: {
                let body = $0.path == "/start" ? #"{"next": "/two"}"# : #"{"next": null}"#
                return .answer(body, 200, ["Connection: close"]) + [.close]
            }),
        Fault(
            name: "a connection that is reset between pages", keys: auth + "page: {next_url: 'body.next'}", outcome: "complete",
            own: {
                $0.path == "/start"
                    ? .answer(#"{"next": "/two"}"#)
                    : $0.nth == 1 ? [.reset] : .answer(#"{"next": null}"#)
            }),
        Fault(
            name: "silence before an answer", keys: auth + "limits: {retries: 0, stall_timeout: 1s}", outcome: "failed:stalled",
            asked: 1,
            own: { _ in [.hang] }),
        Fault(
            name: "silence within an answer", keys: auth + "limits: {retries: 0, stall_timeout: 1s}", outcome: "failed:stalled",
            asked: 1,
            own: { _ in [.send(Array("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n[1".utf8)), .hang] }),
        Fault(
            name: "a slow drip that comes to its end", keys: once, outcome: "complete",
            own: { _ in [.drip(Array("HTTP/1.1 200 X\r\nContent-Length: 3\r\n\r\n[1]".utf8), 5)] }),
        Fault(
            name: "a drip of headers that has no end", keys: auth + "limits: {retries: 3, deadline: 1s}",
            outcome: "failed:deadline",
            asked: 1, own: { _ in [.drip(Array(("HTTP/1.1 200 X\r\n" + String(repeating: "X: y\r\n", count: 1000)).utf8), 20)] }),
        Fault(
            name: "a drip of rows that takes longer than the source may", keys: auth + "limits: {retries: 3, deadline: 1s}",
            format: "ndjson", outcome: "failed:deadline", asked: 1,
            own: { _ in
                [.send(Array("HTTP/1.1 200 X\r\n\r\n".utf8)), .drip(Array(String(repeating: "{}\n", count: 1000).utf8), 20)]
            }),
        Fault(
            name: "an answer that does not end within the source's time", keys: auth + "limits: {retries: 3, deadline: 1s}",
            outcome: "failed:deadline", asked: 1,
            own: { _ in [.send(Array("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n[1".utf8)), .hang] }),
    ]

    /// What the answer holds.
    static let contents: [Fault] = [
        Fault(name: "nothing at all", keys: once, outcome: "failed:not_json", own: ok("")),
        Fault(name: "blanks", keys: once, outcome: "failed:not_json", own: ok("  \n ")),
        Fault(name: "no rows at all", keys: once, format: "ndjson", outcome: "complete", own: ok("")),
        Fault(name: "no table at all", keys: once, format: "csv", outcome: "failed:no_header", own: ok("")),
        Fault(
            name: "no table at all behind a page", keys: once + ", page: {link_header: true}", format: "csv",
            outcome: "partial:no_header",
            own: { $0.path == "/start" ? .answer("id\n1\n", 200, ["Link: </two>; rel=next"]) : .answer("") }),
        Fault(
            name: "no table at all behind the last page", keys: once + ", page: {number: {param: page}}", format: "csv",
            outcome: "complete", own: { $0.target.hasSuffix("=1") ? .answer("id\n1\n") : .answer("") }),
        Fault(name: "no content for a table", keys: once, format: "csv", outcome: "complete", own: raw("HTTP/1.1 204 X")),
        Fault(name: "JSON that is cut", keys: once, outcome: "failed:not_json", own: ok("{\"rows\": [{\"id\": 1,")),
        Fault(name: "two documents", keys: once, outcome: "failed:not_json", own: ok("{} {}")),
        Fault(name: "JSON with a comment", keys: once, outcome: "failed:not_json", own: ok("{/* a */}")),
        Fault(name: "a comma too many", keys: once, outcome: "failed:not_json", own: ok("[1,]")),
        Fault(name: "single quotes", keys: once, outcome: "failed:not_json", own: ok("{'a': 1}")),
        Fault(name: "NaN", keys: once, outcome: "failed:not_json", own: ok("[NaN]")),
        Fault(name: "a guard before JSON", keys: once, outcome: "failed:not_json", own: ok(")]}'\n[1]")),
        Fault(name: "a number beyond all numbers", keys: once, outcome: "failed:not_json", own: ok("[1e999999]")),
        Fault(name: "an integer beyond 64 bits", keys: once, outcome: "complete", own: ok("[123456789012345678901234567890]")),
        Fault(name: "a key twice", keys: once, outcome: "complete", own: ok("{\"a\": 1, \"a\": 2}")),
        Fault(
            name: "a hundred thousand brackets", keys: auth + "limits: {retries: 0}", outcome: "failed:not_json",
            own: ok(String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000))),
        Fault(
            name: "five hundred brackets", keys: once, outcome: "complete",
            own: ok(String(repeating: "[", count: 500) + String(repeating: "]", count: 500))),
        Fault(
            name: "a byte order mark", keys: once, outcome: "complete", own: ok(bytes: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8))),
        Fault(name: "UTF-16", keys: once, outcome: "failed:not_utf8", own: ok(bytes: [0xFF, 0xFE, 0x5B, 0, 0x5D, 0])),
        Fault(
            name: "Latin-1", keys: once, outcome: "failed:not_utf8",
            own: ok(bytes: Array("[\"M".utf8) + [0xFC] + Array("ller\"]".utf8))),
        Fault(
            name: "Latin-1 in rows", keys: once, format: "csv", outcome: "partial:not_utf8",
            own: ok(bytes: Array("a\nM".utf8) + [0xFC, 0x6C])),
        Fault(name: "half of a surrogate pair", keys: once, outcome: "failed:not_json", own: ok(#"["\ud800"]"#)),
        Fault(name: "a zero byte", keys: once, outcome: "failed:not_json", own: ok(bytes: [0x5B, 0x22, 0, 0x22, 0x5D])),
        Fault(
            name: "HTML with 200", keys: once, outcome: "failed:html",
            own: ok("<!doctype html><title>Sign in</title>", "Content-Type: text/html")),
        Fault(
            name: "HTML that says it is JSON", keys: once, outcome: "failed:html",
            own: ok("\n <html>", "Content-Type: application/json")),
        Fault(
            name: "JSON that says it is HTML", keys: once, outcome: "failed:html",
            own: ok("[]", "Content-Type: text/html; charset=utf-8")),
        Fault(name: "HTML instead of rows", keys: once, format: "csv", outcome: "failed:html", own: ok("<p>Sign in")),
        Fault(
            name: "XML", keys: once, outcome: "failed:html",
            own: ok("<?xml version=\"1.0\"?><a/>", "Content-Type: application/xml")),
        Fault(
            name: "a page that is too large", keys: once, outcome: "failed:too_large",
            own: ok("[\"" + String(repeating: "x", count: 100_000) + "\"]")),
        Fault(
            name: "pages that are too large together", keys: auth + "limits: {max_bytes: 100B}, page: {next_url: 'body.next'}",
            outcome: "partial:too_large", asked: 3,
            own: { .answer("{\"next\": \"?p=\($0.nth)\", \"x\": \"0123456789012345\"}") }),
        Fault(
            name: "more pages than may be", keys: auth + "limits: {max_pages: 3}, page: {next_url: 'body.next'}",
            outcome: "partial:max_pages", asked: 3, own: { .answer("{\"next\": \"?p=\($0.nth)\"}") }),
    ]

    /// How the answer is packed.
    static let packing: [Fault] = [
        Fault(
            name: "gzip", keys: once, outcome: "complete", own: ok(bytes: Packed.gzip, "Content-Encoding: gzip")),
        Fault(
            name: "gzip that is cut", keys: once, outcome: "failed:truncated",
            own: ok(bytes: Array(Packed.gzip.dropLast(6)), "Content-Encoding: gzip")),
        Fault(
            name: "gzip with a wrong sum", keys: once, outcome: "failed:bad_encoding",
            own: ok(bytes: Packed.gzip.dropLast(8) + [1, 2, 3, 4] + Packed.gzip.suffix(4), "Content-Encoding: gzip")),
        Fault(name: "gzip that is none", keys: once, outcome: "failed:bad_encoding", own: ok("[1]", "Content-Encoding: gzip")),
        Fault(name: "gzip of nothing", keys: once, outcome: "failed:not_json", own: ok("", "Content-Encoding: gzip")),
        Fault(
            name: "gzip with rubbish behind it", keys: once, outcome: "failed:bad_encoding",
            own: ok(bytes: Packed.gzip + Array("rubbish".utf8), "Content-Encoding: gzip")),
        Fault(
            name: "gzip that was not said to be", keys: once, outcome: "failed:not_utf8", own: ok(bytes: Packed.gzip)),
        Fault(name: "a bomb", keys: once, outcome: "failed:too_large", own: ok(bytes: Packed.bomb, "Content-Encoding: gzip")),
        Fault(
            name: "a bomb of rows", keys: auth + "limits: {retries: 0, max_bytes: 1MB}", format: "ndjson",
            outcome: "partial:too_large",
            own: ok(bytes: Array(repeatElement(Packed.bomb, count: 20).joined()), "Content-Encoding: gzip")),
        Fault(name: "brotli that is none", keys: once, outcome: "failed:truncated", own: ok("[1]", "Content-Encoding: br")),
        Fault(name: "zstd that is none", keys: once, outcome: "failed:bad_encoding", own: ok("[1]", "Content-Encoding: zstd")),
        Fault(
            name: "a packing that was not asked for", keys: once, outcome: "failed:bad_encoding",
            own: ok("[1]", "Content-Encoding: compress")),
        Fault(
            name: "packed twice", keys: once, outcome: "failed:bad_encoding",
            own: ok(bytes: Packed.gzip, "Content-Encoding: gzip, gzip")),
        Fault(name: "packed as what it is", keys: once, outcome: "complete", own: ok("[1]", "Content-Encoding: identity")),
    ]

    static let faults = framing + contents + packing

    @Test(arguments: faults)
    func `an answer that is not what it says has its outcome`(fault: Fault) async throws {
        let played = try await FaultStage.play(fault)
        if fault.outcome.hasPrefix("failed") {
            #expect(played.documents == 0)
            #expect(played.bytes.isEmpty)
        }
    }

    private enum Packed {
        /// `[1]` as gzip.
        static let gzip: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x8b, 0x36, 0x8c, 0x05, 0x00, 0xb8, 0x32, 0x2f, 0x4c,
            0x03, 0x00, 0x00, 0x00,
        ]
        /// 200,000 blanks as gzip.
        static let bomb: [UInt8] =
            [
                0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0,
                0x2a, 0xeb, 0x9f, 0xd2, 0x0c, 0xfe, 0x40, 0x01,
            ] + [UInt8](repeating: 0, count: 193) + [0xaf, 0x01, 0x31, 0x61, 0x62, 0x10, 0x40, 0x0d, 0x03, 0x00]
    }
}
