import Foundation
import Language
import TestSupport
import Testing

/// One file of cel-spec's conformance tests, as the shared folder keeps them.
struct ConformanceFile {
    struct Row {
        let section: String
        let index: Int
        let tier: String
        let expression: String
        let isUnchecked: Bool
        let isOnlyChecked: Bool
        let environment: Environment
        let bindings: [(slot: Int, value: Value)]
        let expected: Value?
        let expectsError: Bool
        let type: String?

        var key: String { "\(section) \(index)" }
    }

    let name: String
    let rows: [Row]

    static let names = [
        "basic", "comparisons", "conversions", "fields", "fp_math", "integer_math", "lists", "logic", "macros", "namespace",
        "parse", "plumbing", "string", "timestamps", "bindings_ext", "encoders_ext", "macros2", "optionals", "string_ext",
        "type_deduction",
    ]

    /// Nil where the shared folder is absent.
    init?(_ name: String) throws {
        guard let bytes = Shared.bytes("conformance/cel/\(name).json") else { return nil }
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        self.name = name
        let tests = try #require(root["tests"] as? [[String: Any]])
        rows = try tests.map { try Row($0) }
    }
}

extension ConformanceFile.Row {
    init(_ row: [String: Any]) throws {
        section = try #require(row["section"] as? String)
        index = try #require(row["index"] as? Int)
        tier = try #require(row["tier"] as? String)
        expression = try #require(row["expr"] as? String)
        isUnchecked = row["disable_check"] as? Bool ?? false
        isOnlyChecked = row["check_only"] as? Bool ?? false
        var variables: [Environment.Variable] = []
        var functions: [Function] = []
        for entry in row["type_env"] as? [[String: Any]] ?? [] {
            let name = try #require(entry["name"] as? String)
            if let type = entry["ident"] as? String {
                variables.append(Environment.Variable(name, try Self.type(type)))
            }
            for overload in entry["function"] as? [[String: Any]] ?? [] {
                functions.append(try Self.function(name, overload))
            }
        }
        let values = row["bindings"] as? [String: Any] ?? [:]
        for name in values.keys.sorted() where !variables.contains(where: { $0.name == name }) {
            variables.append(Environment.Variable(name, .dyn))
        }
        var environment = Environment(variables, container: row["container"] as? String ?? "")
        environment.functions = functions
        self.environment = environment
        bindings = try values.map { name, value in (try #require(environment.slot(of: name)), try Self.value(value)) }
        let expect = row["expect"] as? [String: Any] ?? [:]
        expected = try expect["value"].map { try Self.value($0) }
        expectsError = expect["error"] != nil
        type = expect["type"] as? String
    }

    private static func type(_ text: String) throws -> CELType {
        var text = text.replacingOccurrences(of: "param ", with: "")
        for name in ["Timestamp", "Duration"] {
            text = text.replacingOccurrences(of: "message(google.protobuf.\(name))", with: "google.protobuf.\(name)")
        }
        return try #require(CELType(text), "the type '\(text)' does not read")
    }

    private static func function(_ name: String, _ overload: [String: Any]) throws -> Function {
        let parameters = try (overload["params"] as? [String] ?? []).map { try type($0) }
        let result = try type(overload["result"] as? String ?? "")
        return Function(
            declared: name, method: overload["instance"] as? Bool ?? false,
            [Function.Signature(parameters: parameters, result: result)])
    }

    private static func value(_ json: Any) throws -> Value {
        let object = try #require(json as? [String: Any])
        let text = object["v"] as? String ?? ""
        switch object["t"] as? String {
        case "null": return .null
        case "bool": return .bool(try #require(object["v"] as? Bool))
        case "int": return .int(try #require(Int64(text)))
        case "uint": return .uint(try #require(UInt64(text)))
        case "double":
            let bits = try #require((object["bits"] as? String).flatMap { UInt64($0, radix: 16) })
            return .double(Double(bitPattern: bits))
        case "string": return .string(text)
        case "bytes":
            let data = try #require(Data(base64Encoded: text))
            return .bytes(Array(data))
        case "list":
            let elements = try #require(object["v"] as? [Any])
            return .list(.array(try elements.map { try value($0) }))
        case "map":
            let entries = try #require(object["v"] as? [[Any]])
            return .map(.entries(MapEntries(try entries.map { (key: try value($0[0]), value: try value($0[1])) })))
        case "type": return .type(try type(text == "list" ? "list(dyn)" : text == "map" ? "map(dyn, dyn)" : text))
        case "duration":
            let seconds = try #require((object["seconds"] as? String).flatMap { Int64($0) })
            return .duration(.seconds(seconds) + .nanoseconds(try #require(object["nanos"] as? Int)))
        default: throw Unreadable(json: "\(json)")
        }
    }

    struct Unreadable: Error { let json: String }
}
