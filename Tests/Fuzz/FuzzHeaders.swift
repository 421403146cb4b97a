import Fetching
import Language

/// Any bytes as what a partner says in headers and refusals: `Link`, `Retry-After`, `Date`, and the text of an error page.
/// Nothing may crash or hang; what is read is a part of what was said, within its bounds, and the same each time.
enum HeaderFuzzer {
    private static let secret = "hunter2-hunter2-hunter2"
    private static let now = Instant(seconds: 784_111_777)

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        link(lines)
        for line in lines { wait(line, date: lines.last) }
        refusal(Array(bytes))
    }

    private static func link(_ headers: [String]) {
        let target = LinkHeader.target(of: "next", in: headers)
        precondition(target == LinkHeader.target(of: "next", in: headers), "two targets of one header")
        guard let target else { return }
        precondition(target.isEmpty || headers.contains { $0.contains(target) }, "the target '\(target)' stands nowhere")
        // A link that was found is found behind other headers too.
        precondition(LinkHeader.target(of: "NEXT", in: ["<x>; rel=prev", ""] + headers) == target)
    }

    private static func wait(_ value: String, date: String?) {
        guard let wait = RetryAfter.wait(value, date: date, now: now) else { return }
        precondition(wait >= .zero && wait <= RetryAfter.longest, "a wait of \(wait)")
        precondition(wait == RetryAfter.wait(" " + value + "\t", date: date, now: now), "blanks make a difference")
    }

    private static func refusal(_ body: [UInt8]) {
        let redactor = Redactor(hiding: secret)
        let middle = body.count / 2
        for text in [body, body[..<middle] + Array(secret.utf8) + body[middle...]] {
            guard let line = RefusalText.line(of: Array(text), redactor) else { continue }
            precondition(line.count <= RefusalText.mostShown, "a line of \(line.count)")
            precondition(!line.contains(secret), "a secret is shown")
            precondition(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "a control character is shown")
        }
    }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    HeaderFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
