import Language

/// A JSON Schema, draft 2020-12, as far as our files need it. What is written keeps the order in which it was said.
struct JSONSchema: Sendable {
    indirect enum Value: Sendable {
        case text(String)
        case texts([String])
        case number(Double)
        case flag(Bool)
        case schema(JSONSchema)
        case schemas([JSONSchema])
        case named([(name: String, schema: JSONSchema)])
    }

    private var members: [(key: String, value: Value)]

    init(_ members: [(key: String, value: Value)]) { self.members = members }

    /// The same, with a sentence for whoever writes it.
    func said(_ description: String) -> JSONSchema { JSONSchema([("description", .text(description))] + members) }

    // MARK: Values

    /// A scalar: YAML's plain numbers and Booleans are texts to us, too.
    static let text = typed("string", "number", "boolean")
    static let any = JSONSchema([])
    /// A quoted expression.
    static let cel = typed("string")
    static let flag = typed("boolean")
    static let null = typed("null")

    static func typed(_ types: String...) -> JSONSchema {
        JSONSchema([("type", types.count == 1 ? .text(types[0]) : .texts(types))])
    }

    static func pattern(_ pattern: String) -> JSONSchema { JSONSchema([("type", .text("string")), ("pattern", .text(pattern))]) }

    /// `30s 5m 4h 2d 1w`
    static let length = pattern("^[0-9]+[smhdw]$")
    /// RFC 3339
    static let instant = pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})$")
    static let day = pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")

    static func whole(from least: Int = 0, to most: Int? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("integer")), ("minimum", .number(Double(least)))]
                + (most.map { [("maximum", .number(Double($0)))] } ?? []))
    }

    static func number(from least: Double? = nil, to most: Double? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("number"))] + (least.map { [("minimum", .number($0))] } ?? [])
                + (most.map { [("maximum", .number($0))] } ?? []))
    }

    static func choice(_ names: [String]) -> JSONSchema { JSONSchema([("enum", .texts(names))]) }

    static func ref(_ name: String) -> JSONSchema { JSONSchema([("$ref", .text("#/$defs/" + name))]) }

    static func anyOf(_ schemas: JSONSchema...) -> JSONSchema { JSONSchema([("anyOf", .schemas(schemas))]) }

    // MARK: Collections

    static func list(_ element: JSONSchema, from least: Int = 0, to most: Int? = nil) -> JSONSchema {
        var members: [(key: String, value: Value)] = [("type", .text("array")), ("items", .schema(element))]
        if least > 0 { members.append(("minItems", .number(Double(least)))) }
        if let most { members.append(("maxItems", .number(Double(most)))) }
        return JSONSchema(members)
    }

    static func oneOrMore(_ element: JSONSchema) -> JSONSchema { anyOf(element, list(element, from: 1)) }

    /// A table whose keys are the author's own.
    static func table(_ value: JSONSchema) -> JSONSchema {
        JSONSchema([("type", .text("object")), ("additionalProperties", .schema(value))])
    }

    /// A mapping with these keys and no others; `count` bounds how many may be there at once.
    static func keys(
        _ properties: [(String, JSONSchema)], required: [String] = [], count: ClosedRange<Int>? = nil
    ) -> JSONSchema {
        var members: [(key: String, value: Value)] = [
            ("type", .text("object")), ("properties", .named(properties.map { (name: $0.0, schema: $0.1) })),
        ]
        if !required.isEmpty { members.append(("required", .texts(required))) }
        if let count {
            members.append(("minProperties", .number(Double(count.lowerBound))))
            members.append(("maxProperties", .number(Double(count.upperBound))))
        }
        return JSONSchema(members + [("additionalProperties", .flag(false))])
    }

    /// The same, with at least one of these sets of keys.
    func needing(_ alternatives: [String]...) -> JSONSchema { and(alternatives.map { JSONSchema([("required", .texts($0))]) }) }

    /// The same, and one of these as well.
    func and(_ alternatives: [JSONSchema]) -> JSONSchema { JSONSchema(members + [("anyOf", .schemas(alternatives))]) }

    // MARK: Writing

    /// A whole document: what it is, its root and the parts that it refers to.
    static func document(_ title: String, _ root: JSONSchema, parts: [(name: String, schema: JSONSchema)] = []) -> [UInt8] {
        var whole = JSONSchema([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text(title)),
        ])
        whole.members += root.members
        if !parts.isEmpty { whole.members.append(("$defs", .named(parts))) }
        var json = JSONWriter(pretty: true)
        whole.write(to: &json)
        json.newline()
        return json.bytes
    }

    private func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in members {
                json.key(key)
                switch value {
                case .text(let text): json.string(text)
                case .texts(let texts): json.array { json in for text in texts { json.string(text) } }
                case .number(let number): json.double(number, asIntegerWhereWhole: true)
                case .flag(let flag): json.bool(flag)
                case .schema(let schema): schema.write(to: &json)
                case .schemas(let schemas): json.array { json in for schema in schemas { schema.write(to: &json) } }
                case .named(let named):
                    json.object { json in
                        for (name, schema) in named {
                            json.key(name)
                            schema.write(to: &json)
                        }
                    }
                }
            }
        }
    }
}
