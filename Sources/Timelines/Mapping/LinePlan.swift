import Language

/// What the lines of a source are scanned for: by key, the fields that a mapping wants of a record and of the objects in
/// its lists.
struct LinePlan: Sendable {
    let record: [WantedFields.Field]
    /// Of the variable of a loop, whatever list it runs over.
    let element: [WantedFields.Field]
    /// The fields of the record that are lists, and those that are read of every object in one.
    let lists: [Int]
    let recordInLoops: [Int]

    /// Nil where a value of the mapping is no matter of keys of the record and of the objects in its lists. The keys that
    /// its values look for are added to what is wanted.
    init?(_ fields: [FieldPlan], _ events: [EventPlan], loopSlot: Int, _ wanted: WantedFields) {
        var lists: [Int] = []
        var inLoops: [PathPlan] = []
        for field in fields {
            guard wanted.add(field.plan, slots: [BaseSlot.it]) else { return nil }
            if field.short.kind == .timestampOfFirst { lists.append(Int(field.short.field)) }
        }
        for event in events {
            guard event.loops.count <= 1 else { return nil }
            for loop in event.loops {
                guard loop.slot == loopSlot, loop.over.short.kind == .path, case .path(let path, _) = loop.over.plan,
                    path.slot == BaseSlot.it
                else { return nil }
                lists.append(Int(loop.over.short.field))
            }
            let slots = event.loops.isEmpty ? [BaseSlot.it] : [BaseSlot.it, loopSlot]
            if let when = event.when {
                guard let condition = when.condition, wanted.add(condition.paths, slots: slots) else { return nil }
                inLoops += event.loops.isEmpty ? [] : condition.paths
            }
            for field in event.fields {
                guard wanted.add(field.plan, slots: slots) else { return nil }
                inLoops += event.loops.isEmpty ? [] : field.plan.paths ?? []
            }
        }
        recordInLoops = Set(inLoops.filter { $0.slot == BaseSlot.it }.map { wanted.number(of: $0.keys[0], slot: $0.slot) })
            .sorted()
        record = wanted.fields(of: BaseSlot.it)
        element = wanted.fields(of: loopSlot)
        self.lists = Set(lists).sorted()
    }
}

extension WantedFields {
    /// False where the plan is more than a matter of keys of these variables.
    fileprivate func add(_ plan: ValuePlan, slots: [Int]) -> Bool { plan.paths.map { add($0, slots: slots) } ?? false }

    fileprivate func add(_ paths: [PathPlan], slots: [Int]) -> Bool {
        for path in paths {
            guard path.keys.count == 1, slots.contains(path.slot) else { return false }
            _ = number(of: path.keys[0], slot: path.slot)
        }
        return true
    }
}

extension ValuePlan {
    /// The paths that tell the value where they lead to texts; nil where it takes more.
    fileprivate var paths: [PathPlan]? {
        switch self {
        case .constant, .timestampOfFirst: return []
        case .path(let path, _), .conversion(.string, let path, _), .conversion(.timestamp, let path, _),
            .timestampIfThere(let path, _), .withDefault(let path, _, _):
            return [path]
        case .choice(let condition, let yes, let no, _):
            guard let yes = yes.paths, let no = no.paths else { return nil }
            return condition.paths + yes + no
        case .table(let table):
            var all = table.of.paths
            for value in table.values + [table.otherwise].compactMap(\.self) {
                guard let more = value.paths else { return nil }
                all?.append(contentsOf: more)
            }
            return all
        case .conversion(.int, _, _), .expression: return nil
        }
    }
}

extension ConditionPlan {
    fileprivate var paths: [PathPlan] {
        switch self {
        case .equals(let path, _), .among(let path, _): [path]
        case .all(let parts), .any(let parts): parts.flatMap(\.paths)
        case .not(let part): part.paths
        }
    }
}
