package import Checklists

/// All flags of an audit: every kind, every partner, every item and measure (the methods: `Scoring/Statistics`).
package struct FlagRaiser {
    /// What was found.
    package struct Raised: Sendable {
        /// By partner, checklist, item, kind, dimension; each as new.
        package var flags: [Flag] = []
        /// Every test made.
        package var tested = TestedFlags()
        /// By partner's id: what is known to be otherwise than a plain comparison of rates says.
        package var caveats: [String: [String]] = [:]
        /// How the months of the window went at each partner, for later audits; empty without a window.
        package var months: [DriftMonth] = []
        /// By partner's id, in the order of measures.
        package var measures: [String: [MeasureResult]] = [:]
    }

    /// Of records and of customers.
    private let slots: ItemSlots
    /// Of records alone, as the cases number them.
    private let compared: ItemSlots
    private let partners: [PartnerResult]
    private let window: CaseWindow?
    private let earlier: [DriftMonth]
    /// By partner's id, its number.
    private let places: [String: Int]

    /// `slots` are those of the results; `compared` those of the cases. `earlier` are months that end before the window begins, as
    /// earlier audits kept them.
    package static func raise(
        _ partners: [PartnerResult], slots: ItemSlots, compared: ItemSlots? = nil,
        cases: Cases = Cases(), window: CaseWindow? = nil, earlier: [DriftMonth] = []
    ) throws -> Raised {
        let raiser = FlagRaiser(slots: slots, compared: compared ?? slots, partners: partners, window: window, earlier: earlier)
        let numbers = GroupNumbers(cases.groups)
        return try raiser.raised(try raiser.trials(cases, numbers), cases, numbers)
    }

    /// Every test, raised or not.
    static func trials(
        _ partners: [PartnerResult], slots: ItemSlots, cases: Cases
    ) throws -> Trials {
        try FlagRaiser(slots: slots, compared: slots, partners: partners).trials(cases, GroupNumbers(cases.groups))
    }

    private init(
        slots: ItemSlots, compared: ItemSlots, partners: [PartnerResult], window: CaseWindow? = nil, earlier: [DriftMonth] = []
    ) {
        self.window = window
        self.earlier = earlier
        self.slots = slots
        self.compared = compared
        self.partners = partners
        places = Dictionary(partners.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func trials(_ cases: Cases, _ numbers: GroupNumbers) throws -> Trials {
        var trials = Trials()
        let tests = AbsoluteTests(partners: partners, slots: slots, compared: compared)
        tests.add(to: &trials)
        // By number of a partner in the cases, its place among the results.
        let place = cases.groups.partners.map { places[$0] }
        if cases.groups.count > 0 { try addComparisons(cases, numbers, place, to: &trials) }
        return trials
    }

    /// The kinds that compare: with peers, within a partner, with its own past, by routes.
    private func addComparisons(_ cases: Cases, _ numbers: GroupNumbers, _ place: [Int?], to trials: inout Trials) throws {
        let outcomes = OutcomeTrials(numbers: numbers, months: cases.months, place: place, earlier: earlierMonths(cases.groups))
        for (slot, entry) in compared.slots.enumerated() {
            let item = entry.description
            let rows = OutcomeRows(try cases.cells(of: slot))
            // Too few to compare anybody with anybody.
            guard rows.n.reduce(0, +) >= Self.leastCases else { continue }
            let subject = trials.begin(
                Subject(
                    checklist: item.checklist, id: item.id, title: item.title, function: item.function, units: item.unit.plural,
                    slot: slot, isAdvisory: item.level == .advisory))
            outcomes.add(rows, of: subject, to: &trials)
        }
        for (number, measure) in cases.measures.enumerated() {
            let subject = Subject(
                checklist: measure.checklist, id: measure.id, title: measure.title, function: measure.function, units: "records",
                slot: nil)
            if measure.isRoute {
                let path = PathTest(try cases.routes(of: number), numbers)
                outcomes.addPath(path, of: trials.begin(subject), to: &trials)
                trials.add(MeasureResult.routes(path, of: subject), place: place)
                continue
            }
            let cells = try cases.durations(of: number)
            guard Double(cells.group.count) >= Self.leastCases else { continue }
            let outcome = DurationOutcome(cells, numbers)
            let peer = outcomes.add(outcome.rows, of: trials.begin(subject), to: &trials)
            trials.add(MeasureResult.durations(cells, outcome, peer, numbers, of: subject), place: place)
        }
    }

    /// Fewer cases in the whole network are not compared.
    private static let leastCases = 30.0

    private func raised(_ trials: Trials, _ cases: Cases, _ numbers: GroupNumbers) throws -> Raised {
        var examples = FlagExamples(cases, numbers)
        var raised = Raised()
        for trial in trials.trials {
            let subject = trials.subjects[trial.subject]
            raised.tested.insert(
                partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id, kind: trial.kind,
                dimension: trial.dimension?.rawValue)
        }
        var asserted: [(trial: Int, flag: Int)] = []
        for (number, trial, q) in trials.findings() {
            guard let finding = trial.finding else { continue }
            let subject = trials.subjects[trial.subject]
            let sentence = FlagSentence(subject: subject, finding: finding, dimension: trial.dimension)
            var flag = Flag(
                id: id(trial, subject), partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id,
                kind: trial.kind, dimension: trial.dimension?.rawValue,
                tier: q <= Trials.assertedAt(trial.kind) && !subject.isAdvisory ? .asserted : .watch, state: .new, n: finding.n,
                effect: finding.effect, low: finding.low, high: finding.high, q: q, sentence: sentence.text,
                examples: finding.examples.isEmpty
                    ? try examples.records(
                        of: trial, at: partners[trial.partner].id, subject, chances: trials.chances[trial.subject])
                    : finding.examples)
            flag.worstServed = examples.parts(finding.worst, trial.dimension)
            flag.bestServed = examples.parts(finding.best, trial.dimension)
            (flag.observed, flag.expected) = sentence.figures
            flag.caveats = sentence.caveats
            if flag.tier == .asserted { asserted.append((number, raised.flags.count)) }
            raised.flags.append(flag)
        }
        let clearing = Clearing(trials, partners: partners, cases: cases, numbers)
        let cleared = try clearing.counts(asserted.map(\.trial))
        for (trial, flag) in asserted { raised.flags[flag].clearedBy = cleared[trial] }
        raised.months = months(trials)
        for (partner, results) in trials.measures { raised.measures[partners[partner].id] = results }
        for reversal in trials.reversals {
            let subject = trials.subjects[reversal.subject]
            raised.caveats[partners[reversal.partner].id, default: []].append(reversal.sentence(subject))
        }
        raised.flags = Flag.sorted(raised.flags)
        return raised
    }

    /// Months that earlier audits kept, by checklist and item and then partner, counted from the window's first one.
    private func earlierMonths(_ groups: CaseGroups) -> [[String]: [Int: [EarlierMonth]]] {
        guard let window else { return [:] }
        let numbers = Dictionary(groups.partners.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var months: [[String]: [Int: [EarlierMonth]]] = [:]
        for month in earlier {
            guard let partner = numbers[month.partner], let place = window.place(before: month.month) else { continue }
            months[[month.checklist, month.item], default: [:]][partner, default: []].append(
                EarlierMonth(
                    month: place, n: Double(month.decided), observed: Double(month.met), expected: month.expected,
                    information: month.information, customerSquares: month.customerSquares))
        }
        return months
    }

    private func months(_ trials: Trials) -> [DriftMonth] {
        guard let window else { return [] }
        return trials.months.flatMap { subject, partner, months in
            months.compactMap { month in
                window.span(of: month.month).map { span in
                    DriftMonth(
                        partner: partners[partner].id, checklist: trials.subjects[subject].checklist,
                        item: trials.subjects[subject].id, month: span.start, end: span.end, decided: Int(month.n),
                        met: Int(month.observed), expected: month.expected, information: month.information,
                        customerSquares: month.customerSquares)
                }
            }
        }
    }

    private func id(_ trial: Trial, _ subject: Subject) -> String {
        Flag.id(
            partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id, kind: trial.kind,
            dimension: trial.dimension?.rawValue)
    }
}
