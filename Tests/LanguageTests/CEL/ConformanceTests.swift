import Language
import TestSupport
import Testing

/// cel-spec's own tests. What does not pass is listed with its reason, so a test that breaks and a test that begins to
/// pass both show.
@Suite struct ConformanceTests {
    /// File, section and index, and the reason. Nothing fails.
    private static let failing: [String: [String: String]] = [:]

    /// How many rows of each file pass.
    private static let floors = [
        "basic": 43, "comparisons": 334, "conversions": 109, "fields": 60, "fp_math": 30, "integer_math": 64, "lists": 39,
        "logic": 30, "macros": 44, "namespace": 14, "parse": 193, "plumbing": 5, "string": 51, "timestamps": 78,
        "bindings_ext": 8, "encoders_ext": 4, "macros2": 46, "optionals": 59, "string_ext": 213, "type_deduction": 26,
    ]

    @Test(arguments: ConformanceFile.names)
    func `a file of the conformance suite passes but for what is listed`(name: String) throws {
        guard let file = try ConformanceFile(name) else { return }
        let expected = Self.failing[name] ?? [:]
        var passed = 0
        for row in file.rows {
            let problem = Self.problem(row)
            if problem == nil { passed += 1 }
            #expect(
                (problem == nil) == (expected[row.key] == nil),
                "\(name) \(row.key): \(row.expression): \(problem ?? "passes now: remove it from the list")")
        }
        #expect(passed == Self.floors[name])
        print("conformance \(name), tier \(file.rows[0].tier): \(passed) of \(file.rows.count)")
    }

    /// Nil where the row behaves as expected.
    private static func problem(_ row: ConformanceFile.Row) -> String? {
        let expression: Expression
        do {
            expression =
                row.isUnchecked
                ? try Expression.compileUnchecked(row.expression, in: row.environment)
                : try Expression.compile(row.expression, in: row.environment)
        } catch {
            return row.expectsError ? nil : error.all.map { "\($0.offset): \($0.message)" }.joined(separator: "; ")
        }
        if let type = row.type, !row.isUnchecked, Self.written(expression.type) != type {
            return "type \(Self.written(expression.type)), expected \(type)"
        }
        if row.isOnlyChecked { return nil }
        var bindings = Bindings(slots: row.environment.variables.count)
        for (slot, value) in row.bindings { bindings[slot] = value }
        do {
            let value = try expression.evaluate(&bindings)
            if row.expectsError { return "no error but \(value)" }
            let expected = row.expected ?? .bool(true)
            return same(value, expected) ? nil : "\(value), expected \(expected)"
        } catch {
            return row.expectsError ? nil : error.message
        }
    }

    private static func written(_ type: CELType) -> String { type.description }

    /// Equal, of the same type, and NaN is NaN.
    private static func same(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.double(let a), .double(let b)): a.isNaN && b.isNaN || a.bitPattern == b.bitPattern
        case (.list(let a), .list(let b)): a.count == b.count && (0..<a.count).allSatisfy { sameElement(a, b, $0) }
        case (.map(let a), .map(let b)):
            a.count == b.count
                && a.keys.allSatisfy { key in
                    guard let mine = try? a.value(forKey: key), let theirs = try? b.value(forKey: key) else { return false }
                    return same(mine, theirs)
                }
        default: a.type == b.type && Self.equal(a, b)
        }
    }

    private static func sameElement(_ a: ListValue, _ b: ListValue, _ index: Int) -> Bool {
        guard let mine = try? a.element(at: index), let theirs = try? b.element(at: index) else { return false }
        return same(mine, theirs)
    }

    private static func equal(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.string(let a), .string(let b)): Array(a.utf8) == Array(b.utf8)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a.runtimeName == b.runtimeName
        default: false
        }
    }
}
