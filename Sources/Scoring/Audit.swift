package import Checklists
package import Language

/// The whole result of one audit: what History keeps and every report shows. Everything in it is sorted and reproducible.
package struct Audit: Sendable {
    /// The first twelve hex digits of the digest of the inputs.
    package var id: String
    package var network: String
    package var asOf: Instant
    package var inputs: Inputs
    /// By id.
    package var sources: [SourceResult]
    /// By id (code points).
    package var partners: [PartnerResult]
    /// By partner, checklist, item, kind, dimension.
    package var flags: [Flag]
    /// The checklists that judged, for titles, reasons and advice in the reports.
    package var items: [ItemDescription]
    /// What is known to be less than it seems, such as a partial source: printed beside the numbers.
    package var caveats: [String]
    /// What the sources that were read to the end told of each partner, for the next audit to compare.
    package var seen: [SeenActivity] = []
    /// What their first records looked like, for the next audit too.
    package var shapes: [SourceShape] = []
    /// How each partner's months went, for the drift of later audits; nothing is kept of partners that are not complete.
    package var driftMonths: [DriftMonth] = []

    package struct Inputs: Hashable, Sendable {
        package var history: String
        package var snapshot: String
        package var config: String
        package var checklists: [ChecklistDigest]
        /// True where the newest version of each checklist judged every record.
        package var rejudges: Bool

        package init(
            history: String, snapshot: String, config: String, checklists: [ChecklistDigest], rejudges: Bool = false
        ) {
            self.rejudges = rejudges
            self.history = history
            self.snapshot = snapshot
            self.config = config
            self.checklists = checklists
        }
    }

    package struct ChecklistDigest: Hashable, Sendable {
        package var id: String
        package var version: String
        /// `sha256:` and lower-case hex of the file.
        package var sha256: String

        package init(id: String, version: String, sha256: String) {
            self.id = id
            self.version = version
            self.sha256 = sha256
        }
    }

    package init(
        id: String, network: String, asOf: Instant, inputs: Inputs, sources: [SourceResult], partners: [PartnerResult],
        flags: [Flag],
        items: [ItemDescription], caveats: [String]
    ) {
        self.id = id
        self.network = network
        self.asOf = asOf
        self.inputs = inputs
        self.sources = sources
        self.partners = partners
        self.flags = flags
        self.items = items
        self.caveats = caveats
    }
}

/// How the pull and the mapping of one source went.
package struct SourceResult: Hashable, Sendable {
    package var id: String
    /// `complete`, `partial`, `failed` or `not_attempted`.
    package var outcome: String
    /// A stable code and a sentence, nil where complete.
    package var reasonCode: String?
    package var reason: String?
    package var pages = 0
    /// Without rejected ones and each id once.
    package var records = 0
    package var rejected = 0
    package var events = 0
    package var rejectedEvents = 0
    /// Partners that records name and the config does not, sorted.
    package var unlistedPartners: [String] = []
    /// The first few rejections, and warnings such as a doubled CSV column, each with its place.
    package var notes: [String] = []
    /// What is known to be otherwise than at the last audit.
    package var caveats: [String] = []

    package init(id: String, outcome: String) {
        self.id = id
        self.outcome = outcome
    }
}

/// One partner's figures.
package struct PartnerResult: Sendable {
    package var id: String
    package var name: String
    /// Sorted.
    package var functions: [String]
    package var records: Int
    /// By checklist and item.
    package var items: [ItemResult]
    /// Failing records with their evidence, the first few per item, for people to look at; not in `audit.json`.
    package var breaches: [Breach] = []
    /// How many there are altogether.
    package var breachCount = 0
    /// What is known to be less than it seems of this partner.
    package var caveats: [String] = []
    /// False where a source that may hold records of it was not read to its end.
    package var isComplete = true
    /// By checklist and measure.
    package var measures: [MeasureResult] = []
    /// Functions of its records that the config does not list for it, by name.
    package var undeclaredFunctions: [UndeclaredFunction] = []
    /// By function, that of every function first: one for each that has a decided check.
    package var scores: [DependableRate] = []
    /// What to teach, that which raises a score most first.
    package var enablement: [EnablementGain] = []

    package init(id: String, name: String, functions: [String], records: Int, items: [ItemResult]) {
        self.id = id
        self.name = name
        self.functions = functions
        self.records = records
        self.items = items
    }
}

/// A function that records of a partner belong to though the config does not list it: they are not judged.
package struct UndeclaredFunction: Hashable, Sendable {
    package let name: String
    package let records: Int

    package init(name: String, records: Int) {
        self.name = name
        self.records = records
    }

    /// How many are said one by one.
    private static let mostSaid = 5

    /// As caveats of the partner: the first ones by name, and how many more there are.
    static func sentences(_ functions: [UndeclaredFunction], of partner: String) -> [String] {
        let said = functions.prefix(mostSaid).map { $0.sentence(of: partner) }
        let rest = functions.dropFirst(mostSaid)
        guard !rest.isEmpty else { return said }
        let records = Figures.count(rest.reduce(0) { $0 + $1.records }, "record")
        return said + [
            "'\(partner)' sent \(records) of \(rest.count) more functions that the config does not list for it: they are not judged"
        ]
    }

    /// In one sentence.
    func sentence(of partner: String) -> String {
        let records = Figures.count(records, "record")
        return "'\(partner)' sent \(records) of the function '\(name)', which the config does not list for it: "
            + (self.records == 1 ? "it is not judged" : "they are not judged")
    }
}

/// One item at one partner: the tally, and what it lets us say.
package struct ItemResult: Sendable {
    package var checklist: String
    package var item: String
    package var tally: Tally
    /// met / (met + missed) with its Wilson 95 % interval; nil where nothing is decided.
    package var rate: Double?
    package var low: Double?
    package var high: Double?
    package var target: Double?
    /// Records, or customers, that fail: the first few by id.
    package var worst: [String]
    /// What is counted.
    package var unit = ItemDescription.Unit.record

    package init(
        checklist: String, item: String, tally: Tally, rate: Double?, low: Double?, high: Double?, target: Double?,
        worst: [String]
    ) {
        self.checklist = checklist
        self.item = item
        self.tally = tally
        self.rate = rate
        self.low = low
        self.high = high
        self.target = target
        self.worst = worst
    }
}

/// Counts of one item at one partner. A commutative monoid: the tally of two halves added is the tally of the whole.
package struct Tally: Hashable, Sendable {
    package var pass = 0
    package var fail = 0
    package var holding = 0
    package var pending = 0
    package var notActivated = 0
    package var notApplicable = 0
    package var notObservable = 0
    /// Fails shown at once that are not yet in `missed`.
    package var early = 0
    package var waived = 0
    package var met = 0
    package var missed = 0

    package init() {}

    /// Adds a verdict, or several that are the same.
    package mutating func add(_ verdict: Verdict, _ rate: RateShare, count: Int = 1) {
        switch verdict {
        case .pass: pass += count
        case .fail: fail += count
        case .holding: holding += count
        case .pending: pending += count
        case .notActivated: notActivated += count
        case .notApplicable: notApplicable += count
        case .notObservable: notObservable += count
        }
        switch rate {
        case .met: met += count
        case .missed: missed += count
        case .none: if verdict == .fail { early += count }
        }
    }

    package static func + (a: Tally, b: Tally) -> Tally {
        var sum = a
        sum.pass += b.pass
        sum.fail += b.fail
        sum.holding += b.holding
        sum.pending += b.pending
        sum.notActivated += b.notActivated
        sum.notApplicable += b.notApplicable
        sum.notObservable += b.notObservable
        sum.early += b.early
        sum.waived += b.waived
        sum.met += b.met
        sum.missed += b.missed
        return sum
    }
}

/// A statement about a partner that statistics support.
package struct Flag: Hashable, Sendable {
    package enum Kind: String, Sendable { case standard, peer, within, drift, path, evidence }
    package enum Tier: String, Sendable { case asserted, watch }
    package enum State: String, Sendable { case new, still, fixed, back }

    /// Stable over audits: a digest of partner, checklist, item, kind and dimension.
    package var id: String
    package var partner: String
    package var checklist: String
    package var item: String
    package var kind: Kind
    /// `customer`, `region`, `owner` or nil.
    package var dimension: String?
    package var tier: Tier
    package var state: State
    /// Decided records: met and missed.
    package var n: Int
    /// With its 95 % interval. `standard`: rate less target; `evidence`: unproven share less the share allowed; `peer`: rate less
    /// that of an ordinary partner with the same case mix, after shrinkage, or for a duration the ratio of closing rates;
    /// `within`: gap between best- and worst-served tenth less the ordinary gap, or the ratio of the two; `drift`: last quarter
    /// less the months before it, or the ratio; `path`: share of cases that take another route.
    package var effect: Double
    package var low: Double
    package var high: Double
    /// After Benjamini–Hochberg.
    package var q: Double
    package var sentence: String
    package var examples: [String]
    /// What was seen, and what it was held against, before anything was allowed for: rates, gaps, or for a duration counts of ends.
    package var observed: Double?
    package var expected: Double?
    /// What makes the figures less than they seem.
    package var caveats: [String] = []
    /// Of `within`: the three parts of its dimension that are served worst, and best, for their mix; the furthest first.
    package var worstServed: [Part] = []
    package var bestServed: [Part] = []
    /// How many of the missed records would have had to be met (for `evidence`: of those not shown, shown) for the flag not to
    /// be asserted, those taken first that move it most; found by recomputing with that many and with one less. Nil where it
    /// is not asserted, for other kinds and measures, and where all of them would not do.
    package var clearedBy: Int?

    /// A customer, region or owner of the partner.
    package struct Part: Hashable, Sendable {
        package var id: String
        package var met: Int
        package var n: Int
    }

    package init(
        id: String, partner: String, checklist: String, item: String, kind: Kind, dimension: String? = nil, tier: Tier,
        state: State,
        n: Int, effect: Double, low: Double, high: Double, q: Double, sentence: String, examples: [String]
    ) {
        self.id = id
        self.partner = partner
        self.checklist = checklist
        self.item = item
        self.kind = kind
        self.dimension = dimension
        self.tier = tier
        self.state = state
        self.n = n
        self.effect = effect
        self.low = low
        self.high = high
        self.q = q
        self.sentence = sentence
        self.examples = examples
    }
}
