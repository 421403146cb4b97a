/// A JSON value that is written with its keys in the order given.
indirect enum JSONText: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    case null
    case bool(Bool)
    case number(Int)
    case text(String)
    case list([JSONText])
    case object([(String, JSONText)])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(dictionaryLiteral elements: (String, JSONText)...) { self = .object(elements) }
    init(arrayLiteral elements: JSONText...) { self = .list(elements) }

    init(_ value: String?) {
        self = value.map { .text($0) } ?? .null
    }

    /// On one line, without spaces.
    var line: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): "\(value)"
        case .text(let value): Self.quoted(value)
        case .list(let values): "[" + values.map(\.line).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { Self.quoted($0.0) + ":" + $0.1.line }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

/// A page of a paged answer, with one record a line, so that a difference is readable.
func page(_ members: [(String, JSONText)], records name: String, _ records: [JSONText]) -> String {
    let head = members.map { "\(JSONText.text($0.0).line):\($0.1.line)," }.joined(separator: "\n")
    return "{\(head)\n\(JSONText.text(name).line):[\n" + records.map(\.line).joined(separator: ",\n") + "\n]}\n"
}

/// Cuts a list into parts of at most `size`.
func parts<Element>(of list: [Element], size: Int) -> [[Element]] {
    stride(from: 0, to: list.count, by: size).map { Array(list[$0..<min($0 + size, list.count)]) }
}
