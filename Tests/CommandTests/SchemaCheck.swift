import Foundation
import Language
import Testing

/// Reads a JSON Schema beside a YAML tree: what is wrong, and which mapping of the tree is described by which of the schema's.
/// It knows the keywords that our schemas use; any other one is an issue of the test.
struct SchemaCheck {
    /// A mapping, and the part of the schema that describes its keys.
    struct Level: Sendable {
        let node: YAMLNode
        /// Where in the schema the keys are listed, such as `/$defs/item`.
        let path: String
        let keys: Set<String>
    }

    private let root: [String: Any]

    init(json: String) throws {
        root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    func errors(_ node: YAMLNode) -> [String] {
        var levels: [Level] = []
        return check(node, root, "", "", &levels)
    }

    /// Of a tree that is right.
    func levels(_ node: YAMLNode) -> [Level] {
        var levels: [Level] = []
        _ = check(node, root, "", "", &levels)
        return levels
    }

    /// Every list of keys in the schema, by its path.
    var lists: [String: Set<String>] { lists(root, "") }

    private func lists(_ any: Any, _ path: String) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        if let list = any as? [Any] {
            for (index, part) in list.enumerated() { found.merge(lists(part, "\(path)/\(index)")) { a, _ in a } }
        } else if let schema = any as? [String: Any] {
            if schema["type"] as? String == "object", let keys = schema["properties"] as? [String: Any],
                schema["additionalProperties"] as? Bool == false
            {
                found[path] = Set(keys.keys)
            }
            for (key, part) in schema { found.merge(lists(part, "\(path)/\(key)")) { a, _ in a } }
        }
        return found
    }

    // MARK: Keywords

    private static let silent: Set<String> = ["$schema", "title", "description", "$defs", "properties", "minItems", "maxItems"]

    private func check(_ node: YAMLNode, _ schema: [String: Any], _ path: String, _ place: String, _ levels: inout [Level])
        -> [String]
    {
        var errors: [String] = []
        func expect(_ isRight: Bool, _ message: @autoclosure () -> String) {
            if !isRight { errors.append("\(place): \(message())") }
        }
        for (key, value) in schema {
            switch key {
            case "$ref":
                let name = String((value as? String ?? "").dropFirst("#/$defs/".count))
                guard let part = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                    Issue.record("no part \(name)")
                    continue
                }
                errors += check(node, part, "/$defs/\(name)", place, &levels)
            case "type":
                let types = (value as? [String]) ?? [value as? String ?? ""]
                expect(types.contains { node.types.contains($0) }, "\(node.summary) is no \(types)")
            case "enum": expect((value as? [String])?.contains(node.text ?? "\0") == true, "\(node.summary) is none of \(value)")
            case "pattern":
                guard let pattern = value as? String, let text = node.text else { continue }
                expect(text.range(of: pattern, options: .regularExpression) != nil, "'\(text)' is not like \(pattern)")
            case "minimum": expect((node.text.flatMap { Double($0) } ?? .infinity) >= (value as? Double ?? 0), "too small")
            case "maximum": expect((node.text.flatMap { Double($0) } ?? -.infinity) <= (value as? Double ?? 0), "too large")
            case "minProperties": expect(node.entries.count >= value as? Int ?? 0, "too few keys")
            case "maxProperties": expect(node.entries.count <= value as? Int ?? 0, "too many keys")
            case "required":
                for name in value as? [String] ?? [] { expect(node[name] != nil, "no '\(name)'") }
            case "not":
                var none: [Level] = []
                expect(!check(node, value as? [String: Any] ?? [:], path, place, &none).isEmpty, "is what it must not be")
            case "anyOf": errors += checkAny(node, value as? [[String: Any]] ?? [], path, place, &levels)
            case "items": errors += checkList(node, schema, path, place, &levels)
            case "additionalProperties": errors += checkKeys(node, schema, path, place, &levels)
            default: if !Self.silent.contains(key) { Issue.record("the keyword '\(key)' is not known here") }
            }
        }
        return errors
    }

    private func checkAny(
        _ node: YAMLNode, _ schemas: [[String: Any]], _ path: String, _ place: String, _ levels: inout [Level]
    ) -> [String] {
        var all: [String] = []
        var isRight = false
        for (index, schema) in schemas.enumerated() {
            var own: [Level] = []
            let errors = check(node, schema, "\(path)/anyOf/\(index)", place, &own)
            if errors.isEmpty {
                isRight = true
                levels += own
            }
            all += errors
        }
        return isRight ? [] : all
    }

    private func checkList(
        _ node: YAMLNode, _ schema: [String: Any], _ path: String, _ place: String, _ levels: inout [Level]
    ) -> [String] {
        guard case .sequence(let elements) = node.kind, let items = schema["items"] as? [String: Any] else { return [] }
        var errors: [String] = []
        if elements.count < schema["minItems"] as? Int ?? 0 || elements.count > schema["maxItems"] as? Int ?? .max {
            errors.append("\(place): \(elements.count) elements")
        }
        for (index, element) in elements.enumerated() {
            errors += check(element, items, path + "/items", "\(place)/\(index)", &levels)
        }
        return errors
    }

    private func checkKeys(
        _ node: YAMLNode, _ schema: [String: Any], _ path: String, _ place: String, _ levels: inout [Level]
    ) -> [String] {
        guard case .mapping(let entries) = node.kind else { return [] }
        let known = schema["properties"] as? [String: Any] ?? [:]
        let more = schema["additionalProperties"]
        if more is Bool { levels.append(Level(node: node, path: path, keys: Set(known.keys))) }
        var errors: [String] = []
        for entry in entries {
            let key = entry.key.text ?? ""
            if let part = known[key] as? [String: Any] {
                errors += check(entry.value, part, "\(path)/properties/\(key)", "\(place)/\(key)", &levels)
            } else if let part = more as? [String: Any] {
                errors += check(entry.value, part, path + "/additionalProperties", "\(place)/\(key)", &levels)
            } else {
                errors.append("\(place): no key '\(key)'")
            }
        }
        return errors
    }
}

extension YAMLNode {
    /// What JSON Schema calls it, by YAML's core schema.
    fileprivate var types: Set<String> {
        switch kind {
        case .mapping: return ["object"]
        case .sequence: return ["array"]
        case .scalar(let text):
            guard style == .plain else { return ["string"] }
            if isNull { return ["null"] }
            if ["true", "false", "True", "False", "TRUE", "FALSE"].contains(text) { return ["boolean"] }
            if text.wholeMatch(of: /[-+]?[0-9]+/) != nil { return ["integer", "number"] }
            return text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) == nil ? ["string"] : ["number"]
        }
    }
}
