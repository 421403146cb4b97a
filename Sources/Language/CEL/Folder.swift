/// Evaluates what names nothing once, when an expression is compiled, instead of at every event of every record.
///
/// Every function is pure, so such a part has the same value, or the same error, each time. An error stays one of the
/// evaluation, which `||` may absorb. What costs more than there is to spend while compiling is left as it was.
struct Folder {
    /// For all parts of one expression together.
    private var budget = Budget(50_000)
    /// The slots that an evaluation needs.
    let frame: Int

    init(frame: Int) { self.frame = frame }

    private typealias Part = (plan: Plan, free: Set<Int>)

    mutating func fold(_ plan: Plan) -> Plan { part(plan).plan }

    /// The value of a plan that names nothing, as a plan.
    mutating func evaluated(_ plan: Plan) -> Plan {
        guard budget.left > 0 else { return plan }
        var bindings = Bindings(slots: frame)
        bindings.budget = budget
        defer { budget = bindings.budget }
        do throws(EvaluationError) {
            return .constant(try Emitter.evaluate(plan)(&bindings))
        } catch {
            return error.kind == .exhausted ? plan : .failure(error)
        }
    }

    /// The plan with its parts folded, and the slots that it reads and does not fill itself.
    private mutating func part(_ plan: Plan) -> Part {
        switch plan {
        case .constant, .failure: return (plan, [])
        case .slot(let slot, _): return (plan, [slot])
        case .both, .either, .conditional:
            if let decided = decided(plan) { return decided }
        default: break
        }
        let (rebuilt, free) = rebuilt(plan)
        return (free.isEmpty ? evaluated(rebuilt) : rebuilt, free)
    }

    /// A choice that a constant makes.
    private mutating func decided(_ plan: Plan) -> Part? {
        switch plan {
        case .both(let first, let second): return side(first, second, deciding: false) { .both($0, $1) }
        case .either(let first, let second): return side(first, second, deciding: true) { .either($0, $1) }
        case .conditional(let condition, let yes, let no):
            let condition = part(condition)
            switch condition.plan {
            case .constant(.bool(let isYes)): return part(isYes ? yes : no)
            case .failure: return (condition.plan, [])
            default:
                let (yes, no) = (part(yes), part(no))
                let free = condition.free.union(yes.free).union(no.free)
                let whole = Plan.conditional(condition.plan, yes.plan, no.plan)
                return (free.isEmpty ? evaluated(whole) : whole, free)
            }
        default: return nil
        }
    }

    private mutating func side(
        _ first: Plan, _ second: Plan, deciding: Bool, _ join: (Plan, Plan) -> Plan
    ) -> Part {
        let (first, second) = (part(first), part(second))
        for side in [first.plan, second.plan] {
            if case .constant(.bool(deciding)) = side { return (side, []) }
        }
        let free = first.free.union(second.free)
        let whole = join(first.plan, second.plan)
        return (free.isEmpty ? evaluated(whole) : whole, free)
    }

    private mutating func rebuilt(_ plan: Plan) -> Part {
        var free: Set<Int> = []
        func folded(_ plan: Plan, _ folder: inout Folder, without slots: [Int] = []) -> Plan {
            let part = folder.part(plan)
            free.formUnion(part.free.subtracting(slots))
            return part.plan
        }
        let whole: Plan
        switch plan {
        case .constant, .failure, .slot, .both, .either, .conditional: whole = plan
        case .field(let operand, let number, let name): whole = .field(folded(operand, &self), number: number, name: name)
        case .select(let operand, let key, let optional):
            whole = .select(folded(operand, &self), key: key, optional: optional)
        case .presence(.field(let operand, let number, let name)):
            whole = .presence(.field(folded(operand, &self), number: number, name: name))
        case .presence(.select(let operand, let key, let optional)):
            whole = .presence(.select(folded(operand, &self), key: key, optional: optional))
        case .presence(let operand): whole = .presence(folded(operand, &self))
        case .index(let operand, let key, let optional):
            whole = .index(folded(operand, &self), folded(key, &self), optional: optional)
        case .not(let operand): whole = .not(folded(operand, &self))
        case .equal(let first, let second, let negated):
            whole = .equal(folded(first, &self), folded(second, &self), negated: negated)
        case .order(let first, let second, let order): whole = .order(folded(first, &self), folded(second, &self), order)
        case .member(let element, let range): whole = .member(folded(element, &self), of: folded(range, &self))
        case .call(let function, let arguments): whole = .call(function, arguments.map { folded($0, &self) })
        case .matches(let text, let regex): whole = .matches(folded(text, &self), regex)
        case .search(let text, let pattern): whole = .search(folded(text, &self), folded(pattern, &self))
        case .time(let text, let format, let zone, let optional):
            whole = .time(folded(text, &self), format, zone, optional: optional)
        case .otherwise(let first, let second, let unwrap):
            whole = .otherwise(folded(first, &self), folded(second, &self), unwrap: unwrap)
        case .list(let elements, let optional): whole = .list(elements.map { folded($0, &self) }, optional: optional)
        case .map(let entries):
            whole = .map(
                entries.map { (key: folded($0.key, &self), value: folded($0.value, &self), optional: $0.optional) })
        case .loop(let loop):
            let own = [loop.first] + (loop.second.map { [$0] } ?? [])
            whole = .loop(
                Loop(
                    kind: loop.kind, range: folded(loop.range, &self), first: loop.first, second: loop.second,
                    condition: loop.condition.map { folded($0, &self, without: own) },
                    body: folded(loop.body, &self, without: own)))
        case .bind(let slot, let value, let body):
            whole = .bind(slot: slot, folded(value, &self), in: folded(body, &self, without: [slot]))
        case .optionalMap(let operand, let slot, let body, let flat):
            whole = .optionalMap(folded(operand, &self), slot: slot, folded(body, &self, without: [slot]), flat: flat)
        }
        return (whole, free)
    }
}
