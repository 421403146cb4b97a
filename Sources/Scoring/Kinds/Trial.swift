import Checklists

/// What is compared: an item, or a measure.
struct Subject: Sendable {
    let checklist: String
    /// Of the item or the measure.
    let id: String
    let title: String
    /// The checklist's: families of tests are of one function.
    let function: String?
    /// `records` or `customers`.
    let units: String
    /// By slot, for an item of records.
    let slot: Int?
    /// Advice alone: nothing said of it is ever asserted.
    var isAdvisory = false
}

/// One test of one kind: is there a finding about a partner?
struct Trial {
    let partner: Int
    /// In `Trials.subjects`.
    let subject: Int
    let kind: Flag.Kind
    let dimension: Dimension?
    let isDuration: Bool
    /// One-sided, before it is corrected for the number of tests. For `within` and `drift` it is found from `z` once the scale
    /// of all tests of their sort is known.
    var p: Double
    /// For `within` and `drift`: standardised, and the skewness of its distribution.
    var z = 0.0
    var skewness = 0.0
    /// What would be said; nil where the effect is too small to be worth a person's time, whatever p is.
    let finding: Finding?

    /// What was found, in figures.
    struct Finding {
        let n: Int
        let effect: Double
        let low: Double
        let high: Double
        let story: Story
        /// Records that move it most, the one that does first, where they are known already.
        var examples: [String] = []
        /// Of `within`: numbers of parts, with what they met and had, the furthest from what is expected first.
        var worst: [Part] = []
        var best: [Part] = []

        struct Part {
            let number: Int
            let met: Double
            let n: Double
        }
    }

    /// Whom a partner is compared with: other partners that have cases.
    struct Peers {
        let count: Int
        /// They are too few to say how partners ordinarily differ.
        let isPresumed: Bool
    }

    /// What a sentence needs beyond effect and interval. Counts are of cases; shares are from 0 to 1.
    enum Story {
        case standard(met: Int, rate: Double, low: Double, high: Double, target: Double)
        case evidence(unproven: Int, share: Double, low: Double, high: Double, most: Double)
        case peer(met: Double, expected: Double, peers: Peers, network: Double)
        case slower(ended: Double, expected: Double, peers: Peers)
        case within(best: Double, worst: Double, ordinaryGap: Double, parts: Int)
        case withinSlower(ratio: Double, ordinaryRatio: Double, parts: Int)
        case drift(recent: Double, recentCases: Int, earlier: Double, earlierCases: Int, months: Int)
        case driftSlower(ratio: Double, recentCases: Int, earlierCases: Int, months: Int)
        case path(route: String, share: Double, expected: Double, peers: Peers)
    }
}

/// All tests of an audit, sorted into families and corrected for their number (statistics.md 4).
///
/// A family is a kind and a checklist function: what partners do in one function changes nothing that is said about another.
struct Trials {
    static let watchedAt = 0.20

    static func assertedAt(_ kind: Flag.Kind) -> Double { kind == .within ? 0.01 : 0.05 }

    private(set) var subjects: [Subject] = []
    private(set) var trials: [Trial] = []

    /// By subject and partner: how the months of the window went.
    private(set) var months: [(subject: Int, partner: Int, months: [EarlierMonth])] = []

    mutating func keep(_ months: [EarlierMonth], of subject: Int, at partner: Int) {
        if !months.isEmpty { self.months.append((subject, partner, months)) }
    }

    private(set) var reversals: [Reversal] = []
    /// By subject: the chance of an ordinary partner to meet a case of each mix.
    private(set) var chances: [Int: [Double]] = [:]

    mutating func note(chances: [Double], of subject: Int) { self.chances[subject] = chances }

    /// By subject, an item: how partners compare, and on how many rows of cases that rests.
    private(set) var peers: [Int: (test: PeerTest, rows: Int)] = [:]

    mutating func note(_ peer: PeerTest, rows: Int, of subject: Int) { peers[subject] = (peer, rows) }

    /// By a partner's number, in the order of measures.
    private(set) var measures: [Int: [MeasureResult]] = [:]

    /// Takes the results of one measure; `place` gives the numbers of partners here.
    mutating func add(_ results: [Int: MeasureResult], place: [Int?]) {
        for (partner, result) in results {
            if let number = place[partner] { measures[number, default: []].append(result) }
        }
    }

    /// A raw rate and one that allows for the case mix disagree on which side of the others a partner is.
    struct Reversal {
        let partner: Int
        let subject: Int
        let rate: Double
        let others: Double
        /// Of an ordinary partner with the same case mix.
        let expected: Double

        func sentence(_ subject: Subject) -> String {
            func percent(_ share: Double) -> String { Figures.percentNumber(share, decimals: 1) }
            return
                "'\(subject.title)': \(percent(rate)) % is \(rate < others ? "less" : "more") than the others' \(percent(others)) %, but "
                + "\(rate < expected ? "less" : "more") than the \(percent(expected)) % that an ordinary partner with the same case mix "
                + "meets: do not compare the raw rates"
        }
    }

    mutating func add(_ reversal: Reversal) { reversals.append(reversal) }

    mutating func begin(_ subject: Subject) -> Int {
        subjects.append(subject)
        return subjects.count - 1
    }

    mutating func add(_ trial: Trial) { trials.append(trial) }

    /// Trials with a finding whose q is worth saying, with that q, in the order in which they were added.
    func findings() -> [(number: Int, trial: Trial, q: Double)] {
        var found: [(index: Int, q: Double)] = []
        for (family, members) in families {
            let p = tails(family.kind, members)
            let isConservative = family.kind == .standard || family.kind == .evidence
            let q = isConservative ? BenjaminiHochberg.adjustedBelowHalf(p) : BenjaminiHochberg.adjusted(p)
            for (member, q) in zip(members, q) where q <= Self.watchedAt && trials[member].finding != nil {
                found.append((member, q))
            }
        }
        return found.sorted { $0.index < $1.index }.map { ($0.index, trials[$0.index], $0.q) }
    }

    /// The p of every trial.
    func tails() -> [Double] {
        var all = [Double](repeating: 1, count: trials.count)
        for (family, members) in families {
            for (member, p) in zip(members, tails(family.kind, members)) { all[member] = p }
        }
        return all
    }

    /// The numbers of the trials of each family.
    var families: [Family: [Int]] {
        var families: [Family: [Int]] = [:]
        for (index, trial) in trials.enumerated() { families[family(of: trial), default: []].append(index) }
        return families
    }

    func family(of trial: Trial) -> Family { Family(function: subjects[trial.subject].function, kind: trial.kind) }

    struct Family: Hashable {
        let function: String?
        let kind: Flag.Kind
    }

    private struct Sort: Hashable {
        let dimension: Dimension?
        let isDuration: Bool
    }

    /// The tails of a family's tests. Those of `within` and `drift` are scaled by how far tests of their sort spread in this
    /// network (genomic control; Devlin & Roeder 1999).
    private func tails(_ kind: Flag.Kind, _ members: [Int]) -> [Double] {
        guard kind == .within || kind == .drift else { return members.map { trials[$0].p } }
        var sorts: [Sort: [Int]] = [:]
        for (place, member) in members.enumerated() {
            sorts[Sort(dimension: trials[member].dimension, isDuration: trials[member].isDuration), default: []].append(place)
        }
        var tails = [Double](repeating: 1, count: members.count)
        for places in sorts.values {
            let z = places.map { trials[members[$0]].z }
            let scale = BoundedMoment.scale(of: z).squareRoot()
            for (place, z) in zip(places, z) {
                tails[place] =
                    kind == .within
                    ? Normal.upperTail(z / scale) : PearsonIII.lowerTail(z / scale, skewness: trials[members[place]].skewness)
            }
        }
        return tails
    }
}
