import Foundation
import Synchronization

/// Takes out of texts what must not be seen: the secrets of a source in every form in which a page may echo them, and what
/// looks like anybody's. Every sentence that a pull says goes through one of these.
///
/// A secret is known by each eight bytes in a row of it, in small letters, so that a part of it is found too, whatever
/// comes before and behind.
package final class Redactor: Sendable {
    private struct Known {
        /// Eight bytes in a row.
        var windows: Set<UInt64> = []
        /// Forms of secrets that are shorter.
        var short: Set<[UInt8]> = []
        /// All forms.
        var whole: Set<[UInt8]> = []
    }

    private static let width = 8
    private let known = Mutex(Known())

    init(_ secrets: [Secret] = []) { learn(secrets) }

    /// Hides one secret.
    package convenience init(hiding secret: String) { self.init([Secret(secret)]) }

    /// Secrets to hide from here on.
    func learn(_ secrets: [Secret]) {
        known.withLock { known in
            for form in secrets.flatMap({ Self.forms(of: $0.revealed) }) where known.whole.insert(form).inserted {
                if form.count < Self.width {
                    known.short.insert(form)
                } else {
                    for start in 0...(form.count - Self.width) { known.windows.insert(Self.window(form, start)) }
                }
            }
        }
    }

    /// The text with `***` in place of each secret, or part of one.
    func hiding(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let folded = bytes.map(Self.folded)
        var isHidden = [Bool](repeating: false, count: bytes.count)
        known.withLock { known in
            for start in folded.indices {
                if start + Self.width <= folded.count, known.windows.contains(Self.window(folded, start)) {
                    for index in start..<(start + Self.width) { isHidden[index] = true }
                }
                for form in known.short where folded[start...].starts(with: form) {
                    for index in start..<(start + form.count) { isHidden[index] = true }
                }
            }
        }
        guard isHidden.contains(true) else { return text }
        var shown: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if !isHidden[index] {
                shown.append(byte)
            } else if index == 0 || !isHidden[index - 1] {
                shown += Array("***".utf8)
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// True where a secret stands in the text, all of it.
    func findsWhole(in text: String) -> Bool {
        let folded = text.utf8.map(Self.folded)
        return known.withLock { known in
            known.whole.contains { form in
                folded.indices.contains { folded[$0...].starts(with: form) }
            }
        }
    }

    // MARK: Forms

    /// How a secret may stand in a text, folded to small letters.
    private static func forms(of secret: String) -> Set<[UInt8]> {
        let bytes = Array(secret.utf8)
        var forms: Set<[UInt8]> = []
        func add(_ text: String) { forms.insert(text.utf8.map(folded)) }
        add(secret)
        add(percentEncoded(secret))
        add(percentEncoded(secret).replacing("%20", with: "+"))
        add(secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/"))
        add(secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
        add(
            secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
                "\"", with: "&quot;"))
        add(bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined())
        // A text in base64 depends on how many bytes stand before it: what all of a secret's own bytes decide is looked for.
        for before in 0..<3 {
            let text = Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString()
            let own = text.prefix { $0 != "=" }.dropFirst(before == 0 ? 0 : before + 1)
            let whole = String((bytes.count + before) % 3 == 0 ? own : own.dropLast())
            add(whole)
            add(whole.replacing("+", with: "-").replacing("/", with: "_"))
            add(percentEncoded(whole))
        }
        return forms.filter { $0.count >= shortest }
    }

    /// Shorter ones would take ordinary words apart; a text that is foreign is then not shown at all.
    private static let shortest = 4

    private static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private static func window(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        bytes[start..<(start + width)].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
