import Language

/// Which of true and false a formula can come to, over all that its parts can be.
struct Outcomes: Sendable {
    private(set) var canHold = false
    private(set) var canFail = false

    /// More combinations than this are not tried: then both are possible.
    private static let most = 20_000

    /// Of `formula` where all of `assuming` holds. `declared` gives the values of a field where they are declared.
    init(of formula: Formula, assuming: [Formula] = [], declared: (String) -> [String]?) {
        var domains = Domains()
        for leaf in formula.leaves + assuming.flatMap(\.leaves) { domains.add(leaf, declared) }
        domains.finish()
        guard domains.combinations <= Self.most else {
            (canHold, canFail) = (true, true)
            return
        }
        var point = [Int](repeating: 0, count: domains.all.count)
        repeat {
            func holds(_ one: Formula) -> Bool { one.holds { domains.holds($0, at: point) } }
            guard assuming.allSatisfy(holds) else { continue }
            if holds(formula) { canHold = true } else { canFail = true }
            if canHold, canFail { return }
        } while domains.advance(&point)
    }
}

/// What can vary, and the values of each that matter: all where they are declared, else those that are compared with and one
/// beside them; of numbers those that are compared with and one of each gap between.
private struct Domains {
    enum Domain {
        /// Nil for a value that nothing names.
        case texts([String?])
        case numbers([Double])
        case flags
    }

    private(set) var all: [Domain] = []
    private var indices: [String: Int] = [:]
    private var texts: [String: (declared: [String]?, named: Set<String>)] = [:]
    private var numbers: [String: (constants: Set<Double>, isWhole: Bool, atLeastZero: Bool)] = [:]
    private var others: [String: Domain] = [:]

    mutating func add(_ leaf: Formula.Leaf, _ declared: (String) -> [String]?) {
        switch leaf {
        case .among(let field, let values), .says(let field, let values):
            texts["text " + field, default: (declared(field), [])].named.formUnion(values)
        case .compares(let term, let isWhole, let atLeastZero, _, let constant):
            numbers[term, default: ([], isWhole, atLeastZero)].constants.insert(constant)
        case .ordered(let pair, _): others["pair " + pair] = .numbers([-1, 0, 1])
        case .flag(let name): others["flag " + name] = .flags
        }
    }

    mutating func finish() {
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let known = text.declared.map { Set($0).union(text.named) } ?? text.named
            append(name, .texts(known.sorted().map { $0 } + (text.declared == nil ? [nil] : [])))
        }
        for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
            append(name, .numbers(Self.points(number.constants.sorted(), number.isWhole, number.atLeastZero)))
        }
        for (name, domain) in others.sorted(by: { $0.key < $1.key }) { append(name, domain) }
    }

    private mutating func append(_ name: String, _ domain: Domain) {
        indices[name] = all.count
        all.append(domain)
    }

    private static func points(_ constants: [Double], _ isWhole: Bool, _ atLeastZero: Bool) -> [Double] {
        var points: Set<Double> = Set(constants)
        if isWhole {
            points.formUnion(constants.flatMap { [$0 - 1, $0 + 1] })
        } else {
            if let first = constants.first, let last = constants.last { points.formUnion([first - 1, last + 1]) }
            points.formUnion(zip(constants, constants.dropFirst()).map { ($0 + $1) / 2 })
        }
        return points.filter { !atLeastZero || $0 >= 0 }.sorted()
    }

    var combinations: Int {
        all.reduce(1) { count, domain in
            let (product, overflow) = count.multipliedReportingOverflow(by: max(1, Self.size(domain)))
            return overflow ? Int.max : product
        }
    }

    private static func size(_ domain: Domain) -> Int {
        switch domain {
        case .texts(let values): values.count
        case .numbers(let values): values.count
        case .flags: 2
        }
    }

    /// The next combination; false behind the last.
    func advance(_ point: inout [Int]) -> Bool {
        for index in all.indices {
            point[index] += 1
            if point[index] < Self.size(all[index]) { return true }
            point[index] = 0
        }
        return false
    }

    func holds(_ leaf: Formula.Leaf, at point: [Int]) -> Bool {
        switch leaf {
        case .among(let field, let values), .says(let field, let values):
            guard let index = indices["text " + field], case .texts(let all) = all[index], let text = all[point[index]] else {
                return false
            }
            return values.contains(text)
        case .compares(let term, _, _, let comparison, let constant):
            guard let index = indices[term], case .numbers(let all) = all[index] else { return false }
            return comparison.holds(all[point[index]], constant)
        case .ordered(let pair, let comparison):
            guard let index = indices["pair " + pair], case .numbers(let all) = all[index] else { return false }
            return comparison.holds(all[point[index]], 0)
        case .flag(let name): return indices["flag " + name].map { point[$0] == 1 } ?? false
        }
    }
}
