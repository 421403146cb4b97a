import Language

/// What the expressions of a mapping can see while one record is mapped: the same variables twice, as places on the page
/// for the short ways and as values for the long one. Used by one thread, again and again.
struct Scope {
    /// Where a variable's value lies.
    enum Slot {
        case none
        /// On the tape of `document`.
        case json(Int)
        case row(Int)
        case value(Value)
    }

    /// What stands at the end of a path.
    enum Found {
        /// A key on the path is absent, null or a missing text.
        case absent
        case json(Int)
        case text(UnsafeBufferPointer<UInt8>)
        case value(Value)
        /// Not to be told here: the expression knows.
        case unknown
    }

    private(set) var slots: [Slot]
    private var bindings: Bindings
    /// Slots whose value is not in the bindings yet.
    private var stale: UInt64 = 0
    private(set) var tape: JSONTape
    private(set) var document: JSONDocument
    /// The document's missing texts, kept here since they are asked for with every text.
    private var missing = MissingTexts()
    private var hasMissing = false
    let block: CSVBlock?

    init(slots count: Int, block: CSVBlock? = nil) {
        slots = Array(repeating: .none, count: count)
        bindings = Bindings(slots: count)
        document = JSONDocument()
        tape = document.tape
        self.block = block
    }

    /// Turns to another document; slots still point into the old one until they are set again.
    mutating func open(_ document: JSONDocument) {
        self.document = document
        tape = document.tape
        guard hasMissing == document.missing.isEmpty else { return }
        missing = document.missing
        hasMissing = !missing.isEmpty
    }

    /// Lets go of the document, so that its memory may be used again.
    mutating func close() {
        for index in slots.indices {
            slots[index] = .none
            bindings[index] = nil
        }
        stale = 0
        document = Self.nothing
        tape = document.tape
    }

    private static let nothing = JSONDocument()

    mutating func set(_ slot: Int, _ place: Slot) {
        slots[slot] = place
        stale |= 1 << UInt64(slot)
    }

    // MARK: The short way

    func find(_ path: PathPlan) -> Found {
        switch slots[path.slot] {
        case .none: return .unknown
        case .value(let value): return path.keys.isEmpty ? .value(value) : .unknown
        case .row(let row):
            guard path.keys.count == 1, let block else { return .unknown }
            return block.field(named: path.keys[0].text, ofRow: row).map(Found.text) ?? .absent
        case .json(let index): return find(path.steps, from: index)
        }
    }

    private func find(_ steps: [UnsafeBufferPointer<UInt8>], from index: Int) -> Found {
        var index = index
        for step in steps {
            guard tape.kind(at: index) == JSONTape.Kind.object else { return .unknown }
            guard let next = tape.find(step, in: index), !isNothing(next) else { return .absent }
            index = next
        }
        return .json(index)
    }

    /// True for null and for a missing text.
    func isNothing(_ index: Int) -> Bool {
        switch tape.kind(at: index) {
        case JSONTape.Kind.null: true
        case JSONTape.Kind.string: hasMissing && missing.contains(tape.string(at: index))
        default: false
        }
    }

    /// Nil where only the expression can tell.
    func holds(_ condition: ConditionPlan) -> Bool? {
        switch condition {
        case .equals(let path, let text):
            return string(at: path).map { text.equals($0) }
        case .among(let path, let texts):
            return string(at: path).map { found in texts.contains { $0.equals(found) } }
        case .not(let part): return holds(part).map { !$0 }
        case .all(let parts):
            var isUnknown = false
            for part in parts {
                switch holds(part) {
                case false?: return false
                case nil: isUnknown = true
                case true?: break
                }
            }
            return isUnknown ? nil : true
        case .any(let parts):
            var isUnknown = false
            for part in parts {
                switch holds(part) {
                case true?: return true
                case nil: isUnknown = true
                case false?: break
                }
            }
            return isUnknown ? nil : false
        }
    }

    /// The bytes of a string at a path; nil where there is none.
    func string(at path: PathPlan) -> UnsafeBufferPointer<UInt8>? {
        switch find(path) {
        case .text(let text): text
        case .json(let index) where tape.kind(at: index) == JSONTape.Kind.string: tape.string(at: index)
        default: nil
        }
    }

    // MARK: The long way

    mutating func evaluate(_ expression: Expression) throws(EvaluationError) -> Value {
        bind()
        return try expression.evaluate(&bindings)
    }

    mutating func holds(_ expression: Expression) throws(EvaluationError) -> Bool {
        bind()
        return try expression.holds(&bindings)
    }

    private mutating func bind() {
        bindings.iterationsLeft = Bindings.defaultIterations
        guard stale != 0 else { return }
        for index in slots.indices where stale & 1 << UInt64(index) != 0 { bindings[index] = value(of: slots[index]) }
        stale = 0
    }

    func value(of slot: Slot) -> Value? {
        switch slot {
        case .none: nil
        case .json(let index): JSONElement(document: document, index: index).plainValue
        case .row(let row): block.map { .map(.source(CSVRow($0, row))) }
        case .value(let value): value
        }
    }
}
