import Fetching
import Language

/// The fields of a payload that the expressions of a mapping look at, found in the expressions themselves: what a condition
/// left out on the pages at hand is used all the same. Where it cannot be told what an expression does with an object, all of
/// the object counts as used.
struct UsedFields: Sendable {
    /// The steps from a record to a field; `[]` is any element of a list.
    typealias Path = [String]

    static let element = "[]"
    /// The list of the rows of a group, each of which is the payload's record.
    private static let rows = "\u{0}rows"

    /// Fields that are used with all that they hold.
    private var whole: Set<Path> = []
    /// Fields that are asked for, but not for what they hold: whether they are there, how many elements they have.
    private var touched: Set<Path> = []
    /// Every field on the way to one of these.
    private var above: Set<Path> = []

    /// Where the values of a variable may lie; none where that is outside the record.
    private typealias Names = [String: [Path]]

    private init() {}

    init(_ mapping: Mapping, _ children: [ChildPlan]) {
        for expression in mapping.records?.value.expressions ?? [] { whole.formUnion(Self.fields(usedIn: expression.syntax)) }
        let record: [Path] = [[]]
        let names: Names = [
            "it": record, "row": record, "first": record, "last": record, "rows": [[Self.rows]],
        ]
        let plan = mapping.plan
        for field in plan.fields { note(field.plan, names) }
        if let groupBy = mapping.groupBy { note(groupBy, names) }
        for event in plan.events { note(event, names) }
        for child in children {
            for expression in child.source.urlExpressions + [child.recordKey].compactMap(\.self) {
                note(expression.syntax, names)
            }
            if let key = child.key { note(key.syntax, ["it": [[child.name, Self.element]]]) }
        }
        for path in whole.union(touched) {
            for count in path.indices { above.insert(Array(path[..<count])) }
        }
    }

    /// Whether the field, something within it or all that it lies in is used.
    func contains(_ path: Path) -> Bool { above.contains(path) || touched.contains(path) || covers(path) }

    /// Whether all that the field holds is used.
    func covers(_ path: Path) -> Bool { (0...path.count).contains { whole.contains(Array(path[..<$0])) } }

    /// Whether any field within this one is named.
    func names(under path: Path) -> Bool {
        whole.union(touched).contains { $0.count > path.count && $0.starts(with: path) }
    }

    /// The fields of records that the list of records is chosen by.
    private static func fields(usedIn records: Syntax) -> [Path] {
        var page = UsedFields()
        let lists = page.follow(records, ["body": [[]]]) ?? []
        return lists.flatMap { list -> [Path] in
            let record = element(of: list)
            return page.whole.union(page.touched).filter { $0.count > record.count && $0.starts(with: record) }
                .map { Array($0.dropFirst(record.count)) }
        }
    }

    // MARK: Plans

    private mutating func note(_ event: EventPlan, _ names: Names) {
        var names = names
        for loop in event.loops {
            var lists: [Path] = []
            for expression in loop.over.plan.expressions { lists += follow(expression.syntax, names) ?? [] }
            touched.formUnion(lists)
            names[loop.name] = lists.map(Self.element(of:))
        }
        if let when = event.when { note(when.expression.syntax, names) }
        for field in event.fields { note(field.plan, names) }
    }

    private mutating func note(_ plan: ValuePlan, _ names: Names) {
        for expression in plan.expressions { note(expression.syntax, names) }
    }

    private static func element(of list: Path) -> Path { list == [rows] ? [] : list + [element] }

    // MARK: Expressions

    /// Notes what an expression uses, its own value included.
    private mutating func note(_ syntax: Syntax, _ names: Names) {
        whole.formUnion((follow(syntax, names) ?? []).filter { $0 != [Self.rows] })
    }

    /// Where the value of an expression lies, where it is a part of the record; notes what is used on the way there. Nil where
    /// the value is another: then everything that it is made of is noted.
    private mutating func follow(_ syntax: Syntax, _ names: Names) -> [Path]? {
        switch syntax.kind {
        case .identifier(let name): return names[name]
        case .select(let operand, let field, _): return follow(operand, names)?.map { $0 + [field] }
        case .presence(let operand, let field):
            touched.formUnion((follow(operand, names) ?? []).map { $0 + [field] })
            return nil
        case .call("_[_]", _, let arguments), .call("_[?_]", _, let arguments):
            guard arguments.count == 2 else { return nil }
            let lists = follow(arguments[0], names)
            if let key = arguments[1].asString { return lists?.map { $0 + [key] } }
            note(arguments[1], names)
            return lists?.map(Self.element(of:))
        case .call("_?_:_", _, let arguments):
            guard arguments.count == 3 else { return nil }
            note(arguments[0], names)
            let (yes, no) = (follow(arguments[1], names), follow(arguments[2], names))
            return yes == nil && no == nil ? nil : (yes ?? []) + (no ?? [])
        case .call(let name, let receiver, let arguments): return call(name, (receiver.map { [$0] } ?? []) + arguments, names)
        case .macro(let name, let receiver, let arguments): return macro(name, receiver, arguments, names)
        default:
            for part in syntax.parts { note(part, names) }
            return nil
        }
    }

    private mutating func call(_ name: String, _ arguments: [Syntax], _ names: Names) -> [Path]? {
        guard let first = arguments.first else { return nil }
        switch name {
        case "orValue", "or", "value", "dyn":
            let paths = follow(first, names)
            for other in arguments.dropFirst() { note(other, names) }
            return paths
        case "size", "hasValue":
            touched.formUnion(follow(first, names) ?? [])
        default:
            for argument in arguments { note(argument, names) }
        }
        return nil
    }

    private mutating func macro(_ name: String, _ receiver: Syntax?, _ arguments: [Syntax], _ names: Names) -> [Path]? {
        let count = min(Macros.variables(of: name, arguments.count), arguments.count)
        var names = names
        let variables = arguments[..<count].compactMap { if case .identifier(let name) = $0.kind { name } else { nil } }
        guard let receiver, let last = variables.last, name != "cel.bind", name != "bind" else {
            for part in arguments.dropFirst(count) { note(part, names) }
            return nil
        }
        let over = follow(receiver, names) ?? []
        touched.formUnion(over)
        for variable in variables { names[variable] = [] }
        names[last] = name.hasPrefix("opt") ? over : over.map(Self.element(of:))
        for part in arguments.dropFirst(count) { note(part, names) }
        return name == "filter" ? over : nil
    }
}

extension RecordPlan {
    /// Every field of a record, those of its events aside.
    fileprivate var fields: [FieldPlan] {
        [id, partner, kind, function, opened, closed, updated, severity, owner].compactMap(\.self)
            + [customer.id, customer.name, customer.tier, customer.region, customer.preferredChannel].compactMap(\.self)
            + attributes.map(\.value)
    }
}

extension ValuePlan {
    /// The expressions that it is read by, or stands for.
    var expressions: [Expression] {
        switch self {
        case .constant: []
        case .path(_, let expression), .conversion(_, _, let expression), .timestampIfThere(_, let expression),
            .withDefault(_, _, let expression), .choice(_, _, _, let expression), .timestampOfFirst(_, let expression),
            .expression(let expression):
            [expression]
        case .table(let table): ([table.of] + table.values + (table.otherwise.map { [$0] } ?? [])).flatMap(\.expressions)
        }
    }
}
