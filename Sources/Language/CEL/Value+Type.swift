extension Value {
    /// What `type()` gives.
    package var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type(.dyn)
        case .optional: .optional(.dyn)
        case .object(let object):
            object.source.types.indices.contains(Int(object.kind)) ? .object(object.source.types[Int(object.kind)]) : .dyn
        }
    }

    /// What messages call the type of the value.
    var typeName: String { type.runtimeName }

    /// What counts as empty for `optional.ofNonZeroValue`.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let list): list.count == 0
        case .map(let map): map.count == 0
        case .duration(let duration): duration == .zero
        case .timestamp(let instant): instant.seconds == 0 && instant.nanoseconds == 0
        case .optional(let optional): optional.value == nil
        case .type, .object: false
        }
    }
}

extension CELType: CustomStringConvertible {
    /// The name of the type without its parameters, as `type()` compares and prints it.
    package var runtimeName: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .type: "type"
        case .object(let type): type.name
        case .parameter(let name): name
        case .abstract(let name, _): name
        case .error: "*error*"
        }
    }

    package var description: String {
        switch self {
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let value): "optional_type(\(value))"
        case .type(.dyn): "type"
        case .type(let type): "type(\(type))"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .abstract(let name, let parameters) where !parameters.isEmpty:
            "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        default: runtimeName
        }
    }

    /// Reads a type as `description` writes it; single capitals are type variables.
    package init?(_ text: String) {
        var reader = TypeReader(text: Array(text.utf8))
        guard let type = reader.type(), reader.isAtEnd else { return nil }
        self = type
    }
}

/// A cursor over the written form of a type.
struct TypeReader {
    let text: [UInt8]
    var at = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }

    mutating func accept(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
        return true
    }

    mutating func type() -> CELType? {
        let start = at
        while at < text.count, text[at].isLetter || text[at].isDigit || text[at] == UInt8(ascii: ".") { at += 1 }
        let name = String(decoding: text[start..<at], as: UTF8.self)
        guard !name.isEmpty, let parameters = list() else { return nil }
        return Self.named(name, parameters)
    }

    /// Types in parentheses, none where there are no parentheses.
    mutating func list() -> [CELType]? {
        guard accept(UInt8(ascii: "(")) else { return [] }
        var all: [CELType] = []
        while !accept(UInt8(ascii: ")")) {
            if !all.isEmpty, !accept(UInt8(ascii: ",")) { return nil }
            guard let next = type() else { return nil }
            all.append(next)
        }
        return all
    }

    private static func named(_ name: String, _ parameters: [CELType]) -> CELType {
        switch (name, parameters.count) {
        case ("dyn", 0): .dyn
        case ("null_type", 0): .null
        case ("bool", 0): .bool
        case ("int", 0): .int
        case ("uint", 0): .uint
        case ("double", 0): .double
        case ("string", 0): .string
        case ("bytes", 0): .bytes
        case ("timestamp", 0), ("google.protobuf.Timestamp", 0): .timestamp
        case ("duration", 0), ("google.protobuf.Duration", 0): .duration
        case ("list", 1): .list(parameters[0])
        case ("map", 2): .map(parameters[0], parameters[1])
        case ("optional", 1), ("optional_type", 1): .optional(parameters[0])
        case ("type", 0): .type(.dyn)
        case ("type", 1): .type(parameters[0])
        default:
            name.utf8.count == 1 && name.utf8.first.map { $0 < 97 } == true
                ? .parameter(name) : .abstract(name, parameters)
        }
    }
}
