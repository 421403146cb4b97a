import Language

/// Says which conditions of a checklist are always true, or never, over all that their parts can be.
struct ConditionLint {
    let facts: LintFacts
    let values: [String: [String]]
    let diagnostics: Diagnostics

    func run() {
        for condition in facts.conditions { check(condition) }
        if let applies = facts.applies, !applies.isDefault { check(applies) }
        for item in facts.items {
            guard let when = item.when, !when.isDefault else { continue }
            check(when, assuming: facts.applies)
        }
    }

    func formula(_ condition: LintFacts.Condition) -> Formula {
        FormulaReader(values: values, environment: condition.environment).formula(condition.expression)
    }

    func outcomes(_ formula: Formula, assuming: [Formula] = []) -> Outcomes {
        let reader = FormulaReader(values: values, environment: Names.ofRecord)
        return Outcomes(of: formula, assuming: assuming, declared: reader.declared)
    }

    /// Whether there can be a record of which both hold.
    func canBothHold(_ a: LintFacts.Condition?, _ b: LintFacts.Condition?) -> Bool {
        let all = [facts.applies, a, b].compactMap { $0.map(formula) }
        return outcomes(.all(all)).canHold
    }

    // MARK: One condition

    private func check(_ condition: LintFacts.Condition, assuming applies: LintFacts.Condition? = nil) {
        let whole = formula(condition)
        let place = condition.node.position(atOffset: condition.expression.syntax.start)
        let alone = outcomes(whole)
        guard alone.canHold else {
            diagnostics.error(.neverTrue, at: place, "`\(condition.expression.text.shortened)` is never true")
            return
        }
        guard alone.canFail else { return warnAlwaysTrue(condition.expression.text, at: place, "") }
        if let applies {
            let together = outcomes(whole, assuming: [formula(applies)])
            let isPossible = outcomes(formula(applies)).canHold
            if isPossible, !together.canHold {
                diagnostics.error(
                    .whenAgainstApplies, at: place,
                    "'when' contradicts 'applies': `\(condition.expression.text.shortened)` is never true where "
                        + "`\(applies.expression.text.shortened)` is")
                return
            }
            if isPossible, !together.canFail {
                return warnAlwaysTrue(condition.expression.text, at: place, " where 'applies' holds")
            }
        }
        checkParts(of: condition.expression.syntax, condition)
    }

    /// The operands of `&&` and `||`: one that has no say is most likely a slip.
    private func checkParts(of syntax: Syntax, _ condition: LintFacts.Condition) {
        guard case .call(let name, nil, let operands) = syntax.kind, name == "_&&_" || name == "_||_" else { return }
        for operand in operands {
            let reader = FormulaReader(values: values, environment: condition.environment)
            let alone = outcomes(reader.formula(operand))
            let place = condition.node.position(atOffset: operand.start)
            if name == "_&&_", !alone.canFail {
                warnAlwaysTrue(text(of: operand, in: condition), at: place, "")
            } else if name == "_||_", !alone.canHold {
                diagnostics.warning(.neverTrue, at: place, "`\(text(of: operand, in: condition).shortened)` is never true")
            } else {
                checkParts(of: operand, condition)
            }
        }
    }

    private func warnAlwaysTrue(_ text: String, at place: Position, _ where: String) {
        diagnostics.warning(
            .alwaysTrue, at: place, "`\(text.shortened)` is always true\(`where`)", help: "leave it out, or say what is meant")
    }

    /// As it is written, from its first letter to the operator behind it.
    private func text(of operand: Syntax, in condition: LintFacts.Condition) -> String {
        let bytes = Array(condition.expression.text.utf8)
        let end = min(bytes.count, operand.textEnd(in: bytes))
        return String(decoding: bytes[min(operand.start, end)..<end], as: UTF8.self)
    }
}

extension LintFacts.Condition {
    /// `true`, which says outright what holds where nothing is said.
    fileprivate var isDefault: Bool { if case .bool(true)? = expression.syntax.asLiteral { true } else { false } }
}

extension Syntax {
    /// Where the written form of an operand ends: before the next `&&`, `||` or closing bracket of its own level.
    fileprivate func textEnd(in bytes: [UInt8]) -> Int {
        // An operand of `&&` that is made of `||` stands in brackets, so that only their end is its own.
        let stops: [UInt8] =
            switch kind {
            case .call("_||_", _, _): []
            case .call("_&&_", _, _): [UInt8(ascii: "|")]
            default: [UInt8(ascii: "&"), UInt8(ascii: "|")]
            }
        var depth = 0
        var quote: UInt8?
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if "([{".utf8.contains(byte) {
                depth += 1
            } else if ")]}".utf8.contains(byte) {
                depth -= 1
                if depth < 0 { break }
            } else if depth == 0, stops.contains(byte) {
                break
            }
            index += 1
        }
        while index > start, index <= bytes.count, bytes[index - 1] == 0x20 || bytes[index - 1] == 0x0A { index -= 1 }
        return index
    }
}

extension String {
    /// At most sixty letters, on one line.
    var shortened: String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 60 ? line.prefix(57) + "…" : line
    }
}
