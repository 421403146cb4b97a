/// Writes XML 1.0 in UTF-8, an element a line, indented. Whatever a text holds, what comes out is well-formed: what XML
/// cannot say (control characters) becomes U+FFFD.
struct XMLWriter {
    private(set) var bytes: [UInt8] = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    private var depth = 0

    /// An element without content.
    mutating func element(_ name: String, _ attributes: [(String, String)]) {
        open(name, attributes)
        append("/>\n")
    }

    /// An element that holds a text, kept as it is.
    mutating func element(_ name: String, _ attributes: [(String, String)], text: String) {
        open(name, attributes)
        append(">")
        append(escaped: text, inAttribute: false)
        append("</\(name)>\n")
    }

    /// An element that holds others.
    mutating func element(_ name: String, _ attributes: [(String, String)], _ body: (inout XMLWriter) -> Void) {
        open(name, attributes)
        append(">\n")
        depth += 1
        body(&self)
        depth -= 1
        indent()
        append("</\(name)>\n")
    }

    private mutating func open(_ name: String, _ attributes: [(String, String)]) {
        indent()
        append("<" + name)
        for (key, value) in attributes {
            append(" \(key)=\"")
            append(escaped: value, inAttribute: true)
            append("\"")
        }
    }

    private mutating func indent() { append(String(repeating: "  ", count: depth)) }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Readers fold line ends and tabs of attributes into spaces, unless they are written as numbers; and drop a carriage
    /// return anywhere.
    private mutating func append(escaped text: String, inAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"" where inAttribute: append("&quot;")
            case "\r": append("&#13;")
            case "\n" where inAttribute, "\t" where inAttribute: append("&#\(scalar.value);")
            default: append(Self.isAllowed(scalar) ? String(scalar) : "\u{FFFD}")
            }
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x20...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }
}
