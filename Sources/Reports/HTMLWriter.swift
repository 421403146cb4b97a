import Language

/// Writes HTML into a byte buffer. Names of elements and attributes are literals of ours; everything else goes through the
/// escaper, which looks at code points: a quote stays a quote however it combines with what follows.
///
/// Names of other people's choosing are isolated in `<bdi>`, so that what they hold of bidirectional overrides cannot reorder
/// what stands around them; elsewhere overrides are dropped. Control characters are dropped everywhere.
package struct HTMLWriter: ~Copyable {
    private var output = OutputBytes(capacity: 1 << 14)

    package init() {}

    /// What was written, in memory of its own.
    package var bytes: [UInt8] { output.array }

    package typealias AttributeList = KeyValuePairs<StaticString, String>

    package mutating func doctype() { output.append("<!doctype html>\n" as StaticString) }

    /// An element with what `body` writes inside.
    package mutating func element(_ name: StaticString, _ attributes: AttributeList = [:], _ body: (inout HTMLWriter) -> Void) {
        open(name, attributes)
        body(&self)
        close(name)
    }

    /// An element with a text inside.
    package mutating func element(_ name: StaticString, _ attributes: AttributeList = [:], _ text: String) {
        element(name, attributes) { $0.text(text) }
    }

    /// An element without a closing tag, such as `meta`.
    package mutating func void(_ name: StaticString, _ attributes: AttributeList = [:]) { open(name, attributes) }

    /// Text for people. Overrides are dropped: within a sentence they would turn our own words around.
    package mutating func text(_ text: String) { escape(text, dropOverrides: true) }

    /// A name that somebody else chose, as it is, isolated: right-to-left letters reorder their neighbours even without
    /// overrides.
    package mutating func name(_ text: String) {
        element("bdi") { $0.escape(text, dropOverrides: false) }
    }

    /// Our own style sheet.
    package mutating func style(_ css: StaticString) {
        output.append("<style>" as StaticString)
        output.append(css)
        output.append("</style>" as StaticString)
    }

    /// Markup of ours as it stands.
    mutating func markup(_ markup: StaticString) { output.append(markup) }

    /// A coordinate with one decimal, the same on every machine.
    mutating func coordinate(_ value: Double) {
        guard value.isFinite else { return output.append("0" as StaticString) }
        let tenths = Int((value * 10).rounded())
        if tenths < 0 { output.append(UInt8(ascii: "-")) }
        output.append(decimal: abs(tenths) / 10)
        guard tenths % 10 != 0 else { return }
        output.append(UInt8(ascii: "."))
        output.append(decimal: abs(tenths) % 10)
    }

    /// `5 Jan 2026, 09:12`: UTC, which the page says once.
    mutating func moment(_ instant: Instant) { Moments.append(readable: instant, to: &output) }

    /// In RFC 3339.
    mutating func instant(_ instant: Instant) { output.append(instant) }

    var string: String { String(decoding: output.bytes, as: UTF8.self) }

    package mutating func newline() { output.append(UInt8(ascii: "\n")) }

    private mutating func open(_ name: StaticString, _ attributes: AttributeList) {
        output.append(UInt8(ascii: "<"))
        output.append(name)
        for (key, value) in attributes {
            output.append(UInt8(ascii: " "))
            output.append(key)
            output.append("=\"" as StaticString)
            escape(value, dropOverrides: true)
            output.append(UInt8(ascii: "\""))
        }
        output.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: StaticString) {
        output.append("</" as StaticString)
        output.append(name)
        output.append(UInt8(ascii: ">"))
    }

    /// Plain letters are copied in runs; what must be looked at is looked at by code point.
    private mutating func escape(_ text: String, dropOverrides: Bool) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            while start < utf8.count {
                var end = start
                while end < utf8.count, Self.isPlain(utf8[end]) { end += 1 }
                if end > start { output.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: utf8[start..<end]))) }
                start = end
                while end < utf8.count, !Self.isPlain(utf8[end]) { end += 1 }
                guard end > start else { continue }
                let special = String(decoding: utf8[start..<end], as: UTF8.self)
                for scalar in special.unicodeScalars { escape(scalar, dropOverrides: dropOverrides) }
                start = end
            }
        }
    }

    /// An ASCII character that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        guard byte >= 0x20, byte < 0x7F else { return false }
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): return false
        default: return true
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar, dropOverrides: Bool) {
        switch scalar {
        case "&": output.append("&amp;" as StaticString)
        case "<": output.append("&lt;" as StaticString)
        case ">": output.append("&gt;" as StaticString)
        case "\"": output.append("&quot;" as StaticString)
        case "'": output.append("&#39;" as StaticString)
        case "\n", "\t": output.append(UInt8(ascii: " "))
        case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": break
        case _ where dropOverrides && Self.isOverride(scalar): break
        default: output.append(String(scalar))
        }
    }

    /// Embeddings, overrides, isolates and marks of the bidirectional algorithm.
    private static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}", "\u{61C}": true
        default: false
        }
    }

}
