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
        /// In a line that is scanned, not parsed: only the wanted fields are known.
        case line
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
    /// Slots whose value is in the bindings.
    private var bound: UInt64 = 0
    private(set) var tape: PageTape
    private(set) var document: JSONDocument
    let block: CSVBlock?
    /// What the fields of the mapping look for, found whenever a variable is set.
    let fields: FieldFinder
    private(set) var reader: FieldReader
    var memo: TextMemo { reader.memo }
    private let memory = TextMemo.Memory()
    /// The variable of every first loop.
    let loopSlot: Int
    /// Nil where the mapping needs every line parsed.
    var scanner: LineScanner?
    /// The record is read from a line that is not parsed.
    private var isLine = false
    /// Something was asked that a scan does not tell.
    private(set) var isLost = false

    init(slots count: Int, block: CSVBlock? = nil) {
        self.init(slots: count, block: block, fields: FieldFinder([], count: 0))
    }

    init(_ plan: RecordPlan, block: CSVBlock?) {
        self.init(
            slots: plan.slots, block: block, fields: FieldFinder(plan.wanted, count: plan.wantedCount), loopSlot: plan.loopSlot)
        scanner = plan.line.map { LineScanner($0, fields) }
    }

    init(slots count: Int, block: CSVBlock?, fields: FieldFinder, loopSlot: Int? = nil) {
        self.fields = fields
        self.loopSlot = loopSlot ?? count
        reader = FieldReader(places: fields.places, memo: TextMemo(memory))
        slots = Array(repeating: .none, count: count)
        bindings = Bindings(slots: count)
        document = Self.nothing
        tape = PageTape(document.tape)
        self.block = block
    }

    /// Turns to another document; slots still point into the old one until they are set again.
    mutating func open(_ document: JSONDocument) {
        self.document = document
        isLine = false
        tape = PageTape(document.tape)
        fields.see(document.missing)
    }

    /// Turns to a line whose wanted fields the finder has.
    mutating func openLine() {
        isLine = true
        isLost = false
        slots[BaseSlot.it] = .line
    }

    /// The variable runs over objects of the line.
    mutating func setLine(_ slot: Int) { slots[slot] = .line }

    /// Reads the fields of an object in a list of the line from now on.
    @inline(__always)
    mutating func enter(_ row: UnsafeMutablePointer<Place>) { reader.places = row }

    /// Reads the fields of the record again.
    mutating func leaveRows() { reader.places = fields.places }

    /// Lets go of the document, so that its memory may be used again.
    mutating func close() {
        for index in slots.indices {
            if case .none = slots[index] { continue }
            slots[index] = .none
            fields.forget(index)
            if bound & 1 << UInt64(index) != 0 { bindings[index] = nil }
        }
        bound = 0
        stale = 0
        document = Self.nothing
        tape = PageTape(document.tape)
    }

    private static let nothing = JSONDocument()

    mutating func set(_ slot: Int, _ place: Slot) {
        slots[slot] = place
        stale |= 1 << UInt64(slot)
        if case .json(let index) = place { fields.look(slot, at: index, on: tape) } else { fields.forget(slot) }
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
        case .line: return findInLine(path)
        }
    }

    private func findInLine(_ path: PathPlan) -> Found {
        guard path.keys.count == 1, let field = fields.number(of: path.steps[0], slot: path.slot) else { return .unknown }
        let place = reader.places[field]
        return place.isString ? .text(place.text) : place.kind == Place.Kind.absent ? .absent : .unknown
    }

    private func find(_ steps: [UnsafeBufferPointer<UInt8>], from index: Int) -> Found {
        var index = index
        for step in steps {
            guard tape.kind(at: index) == PageTape.Kind.object else { return .unknown }
            guard let next = tape.find(step, in: index), !fields.isNothing(next, tape) else { return .absent }
            index = next
        }
        return .json(index)
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
        case .json(let index) where tape.kind(at: index) == PageTape.Kind.string: tape.string(at: index)
        default: nil
        }
    }

    // MARK: The long way

    mutating func evaluate(_ expression: Expression) throws(EvaluationError) -> Value {
        try bind()
        return try expression.evaluate(&bindings)
    }

    mutating func holds(_ expression: Expression) throws(EvaluationError) -> Bool {
        try bind()
        return try expression.holds(&bindings)
    }

    /// The next record begins, with a budget of its own.
    mutating func refill() { bindings.refill(for: Self.events) }

    /// How many events a record is allowed for: how many it has is not known before they are mapped.
    private static let events = 100_000

    private mutating func bind() throws(EvaluationError) {
        if isLine {
            // The record is mapped again, from the parsed line.
            isLost = true
            throw EvaluationError(.other, "the line is not parsed")
        }
        bindings.renew()
        guard stale != 0 else { return }
        for index in slots.indices where stale & 1 << UInt64(index) != 0 { bindings[index] = value(of: slots[index]) }
        bound |= stale
        stale = 0
    }

    func value(of slot: Slot) -> Value? {
        switch slot {
        case .none, .line: nil
        case .json(let index): JSONElement(document: document, index: index).plainValue
        case .row(let row): block.map { .map(.source(CSVRow($0, row))) }
        case .value(let value): value
        }
    }
}
