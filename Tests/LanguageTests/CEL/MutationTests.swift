import Language
import TestSupport
import Testing

/// Expressions with random faults, the same ones every time: none may crash what reads them.
@Suite struct MutationTests {
    private static let pieces = [
        "(", ")", "[", "]", "{", "}", "?", ":", ".", ",", "&&", "||", "!", "-", "+", "==", " in ", "'", "\"", "`", "\\", "r'",
        "b\"",
        "0x", "1u", "1e", "9223372036854775808", "x", "it", "has(", ".map(e, ", ".?", "[?", "optional.none()", "null", "é",
        "\u{0}",
        "cel.bind(a, ", "\n", "//", "'''", ".all(k, v, ", "type(", "dyn(",
    ]

    @Test(arguments: ConformanceFile.names)
    func `a mutated expression is read or refused, never more`(name: String) throws {
        guard let file = try ConformanceFile(name) else { return }
        var random = SeededNumbers(state: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
        var refused = 0
        var compiled = 0
        for row in file.rows {
            for _ in 0..<6 {
                let text = Self.mutated(row.expression, &random)
                if Self.runs(text, in: row.environment) { compiled += 1 } else { refused += 1 }
            }
        }
        #expect(refused > 0 && refused + compiled == file.rows.count * 6)
    }

    private static func mutated(_ text: String, _ random: inout SeededNumbers) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: at)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2 where at < bytes.count: bytes[at] = UInt8.random(in: 1...255, using: &random)
            default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...5, using: &random)))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Compiles, and evaluates what compiled; whether it did.
    private static func runs(_ text: String, in environment: Environment) -> Bool {
        var bindings = Bindings(slots: environment.variables.count)
        bindings.budget = Budget(10_000)
        if let unchecked = try? Expression.compileUnchecked(text, in: environment) { _ = try? unchecked.evaluate(&bindings) }
        do {
            let expression = try Expression.compile(text, in: environment)
            _ = try? expression.evaluate(&bindings)
            return true
        } catch {
            let length = text.utf8.count
            for problem in error.all { #expect((0...length).contains(problem.offset), "\(text): \(problem)") }
            #expect(!error.all.isEmpty)
            return false
        }
    }
}
