import Language
import Timelines

/// A record as the search makes it up: no more than a timeline in one line and a few fields can say.
struct Candidate {
    struct Step {
        /// Seconds since the step before, or since the record's beginning.
        var gap: Int64
        var activity: String
        /// By path.
        var details: [String: SearchSpace.Sample] = [:]
    }

    var steps: [Step] = []
    /// By path.
    var fields: [String: SearchSpace.Sample] = [:]
    /// Seconds from the last step to the record's end; nil where it stays open.
    var closing: Int64?
    /// Seconds from the end of all that to the moment of judging.
    var rest: Int64 = 0

    /// The record, and the moment of judging.
    func record(in space: SearchSpace) -> (record: ServiceRecord, asOf: Instant) {
        let beginning = space.beginning
        var record = ServiceRecord(
            partner: "partner", id: "1", provenance: Provenance(source: "", page: 1, pointer: "", sequence: 0))
        record.opened = beginning
        for (path, sample) in fields { record.set(path, sample.value(from: beginning)) }
        record.function = record.kind ?? space.function
        if record.customer.id == nil { record.customer.id = "customer" }
        var now = beginning
        for step in steps {
            now = now + .seconds(step.gap)
            var event = Event(at: now, activity: step.activity, symbol: ActivityTable.unknown)
            for (path, sample) in step.details { event.set(path, sample.value(from: beginning)) }
            record.events.append(event)
        }
        if let closing {
            now = now + .seconds(closing)
            record.closed = now
            if space.closingIsEvent { record.events.append(Event(at: now, activity: "closed", symbol: ActivityTable.unknown)) }
        }
        return (record, now + .seconds(rest))
    }

    /// Takes a step away; what follows happens when it did before.
    mutating func removeStep(at index: Int) {
        let gap = steps.remove(at: index).gap
        if index < steps.count {
            steps[index].gap += gap
        } else if let closing {
            self.closing = closing + gap
        } else {
            rest += gap
        }
    }

    /// A record at random.
    init(in space: SearchSpace, upTo steps: Int, using random: inout SplitMix64) {
        for field in space.recordFields where random.chance(7, of: 8) {
            fields[field.path] = field.sample(space.gaps, using: &random)
        }
        for _ in 0..<random.next(below: steps + 1) where !space.activities.isEmpty {
            var step = Step(gap: Self.gap(space, &random), activity: space.activities[random.next(below: space.activities.count)])
            for field in space.eventFields where random.chance(1, of: 2) {
                step.details[field.path] = field.sample(space.gaps, using: &random)
            }
            self.steps.append(step)
        }
        if space.closes, random.chance(2, of: 3) { closing = random.chance(1, of: 2) ? 0 : Self.gap(space, &random) }
        if random.chance(1, of: 2) { rest = Self.gap(space, &random) }
    }

    private static func gap(_ space: SearchSpace, _ random: inout SplitMix64) -> Int64 {
        random.chance(1, of: 5) ? 0 : space.gaps[random.next(below: space.gaps.count)]
    }
}

extension SearchSpace.Field {
    fileprivate func sample(_ gaps: [Int64], using random: inout SplitMix64) -> SearchSpace.Sample? {
        if isInstant, values.isEmpty || random.chance(2, of: 3) { return .moment(gaps[random.next(below: gaps.count)]) }
        return values.isEmpty ? nil : values[random.next(below: values.count)]
    }
}

extension SearchSpace.Sample {
    func value(from beginning: Instant) -> Value {
        switch self {
        case .text(let text): .string(text)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .bool(let flag): .bool(flag)
        case .moment(let seconds): .timestamp(beginning + .seconds(seconds))
        }
    }
}

extension ServiceRecord {
    /// Fills a field by its path; what is no text of a field that holds one is left out.
    fileprivate mutating func set(_ path: String, _ value: Value) {
        if path.hasPrefix("attributes.") { return attributes.set(String(path.dropFirst("attributes.".count)), value) }
        guard case .string(let text) = value else { return }
        switch path {
        case "partner": partner = text
        case "kind": kind = text
        case "severity": severity = text
        case "owner": owner = text
        case "customer.id": customer.id = text
        case "customer.name": customer.name = text
        case "customer.tier": customer.tier = text
        case "customer.region": customer.region = text
        case "customer.preferred_channel": customer.preferredChannel = text
        default: break
        }
    }
}

extension Event {
    fileprivate mutating func set(_ path: String, _ value: Value) {
        if path.hasPrefix("attributes.") { return attributes.set(String(path.dropFirst("attributes.".count)), value) }
        guard case .string(let text) = value else { return }
        switch path {
        case "actor.id": actorID = text
        case "actor.role": actorRole = text
        case "actor.party": party = Party(rawValue: text)
        case "channel": channel = text
        case "text": self.text = text
        default: break
        }
    }
}

/// Numbers at random, the same for the same seed (Steele, Lea and Flood 2014).
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Seeded by a name (FNV-1a), so that each search is its own.
    init(named name: String) {
        state = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Below a bound above zero; the bounds here are so small that the remainder does.
    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ count: Int, of all: Int) -> Bool { next(below: all) < count }
}
