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
    }

    /// Of records and of customers.
    private let slots: ItemSlots
    /// Of records alone, as the cases number them.
    private let compared: ItemSlots
    private let measures: [MeasureDescription]
    private let partners: [PartnerResult]
    /// By partner's id, its number.
    private let places: [String: Int]

    /// `slots` are those of the results; `compared` those of the cases.
    package static func raise(
        _ partners: [PartnerResult], slots: ItemSlots, compared: ItemSlots? = nil, measures: [MeasureDescription] = [],
        cases: Cases = Cases()
    ) throws -> Raised {
        let raiser = FlagRaiser(slots: slots, compared: compared ?? slots, measures: measures, partners: partners)
        return raiser.raised(try raiser.trials(cases))
    }

    /// Every test, raised or not.
    static func trials(
        _ partners: [PartnerResult], slots: ItemSlots, measures: [MeasureDescription], cases: Cases
    ) throws -> Trials {
        try FlagRaiser(slots: slots, compared: slots, measures: measures, partners: partners).trials(cases)
    }

    private init(slots: ItemSlots, compared: ItemSlots, measures: [MeasureDescription], partners: [PartnerResult]) {
        self.slots = slots
        self.compared = compared
        self.measures = measures
        self.partners = partners
        places = Dictionary(partners.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func trials(_ cases: Cases) throws -> Trials {
        var trials = Trials()
        let tests = AbsoluteTests(partners: partners, slots: slots)
        tests.add(to: &trials)
        let numbers = GroupNumbers(cases.groups)
        // By number of a partner in the cases, its place among the results.
        let place = cases.groups.partners.map { places[$0] }
        if cases.groups.count > 0 { try addComparisons(cases, numbers, place, to: &trials) }
        return trials
    }

    /// The kinds that compare: with peers, within a partner, with its own past, by routes.
    private func addComparisons(_ cases: Cases, _ numbers: GroupNumbers, _ place: [Int?], to trials: inout Trials) throws {
        let outcomes = OutcomeTrials(numbers: numbers, months: cases.months, place: place)
        for (slot, cells) in cases.items.enumerated() {
            let item = compared.slots[slot].description
            let rows = OutcomeRows(cells)
            // Too few to compare anybody with anybody.
            guard rows.n.reduce(0, +) >= Self.leastCases else { continue }
            let subject = trials.begin(
                Subject(
                    checklist: item.checklist, id: item.id, title: item.title, function: item.function, units: item.unit.plural,
                    slot: slot))
            outcomes.add(rows, of: subject, to: &trials)
        }
        for (number, measure) in measures.enumerated() {
            let subject = Subject(
                checklist: measure.checklist, id: measure.id, title: measure.title, function: measure.function, units: "records",
                slot: nil)
            if let cells = cases.durations[number], Double(cells.group.count) >= Self.leastCases {
                outcomes.add(DurationOutcome(cells, numbers).rows, of: trials.begin(subject), to: &trials)
            }
            if let cells = cases.routes[number] {
                outcomes.addPath(PathTest(cells, numbers), of: trials.begin(subject), to: &trials)
            }
        }
    }

    /// Fewer cases in the whole network are not compared.
    private static let leastCases = 30.0

    private func raised(_ trials: Trials) -> Raised {
        var raised = Raised()
        for trial in trials.trials {
            let subject = trials.subjects[trial.subject]
            raised.tested.insert(
                partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id, kind: trial.kind,
                dimension: trial.dimension?.rawValue)
        }
        for (trial, q) in trials.findings() {
            guard let finding = trial.finding else { continue }
            let subject = trials.subjects[trial.subject]
            let sentence = FlagSentence(subject: subject, finding: finding, dimension: trial.dimension)
            var flag = Flag(
                id: id(trial, subject), partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id,
                kind: trial.kind, dimension: trial.dimension?.rawValue,
                tier: q <= Trials.assertedAt(trial.kind) ? .asserted : .watch, state: .new, n: finding.n,
                effect: finding.effect, low: finding.low, high: finding.high, q: q, sentence: sentence.text,
                examples: finding.examples)
            (flag.observed, flag.expected) = sentence.figures
            flag.caveats = sentence.caveats
            raised.flags.append(flag)
        }
        for reversal in trials.reversals {
            let subject = trials.subjects[reversal.subject]
            raised.caveats[partners[reversal.partner].id, default: []].append(reversal.sentence(subject))
        }
        raised.flags = Flag.sorted(raised.flags)
        return raised
    }

    private func id(_ trial: Trial, _ subject: Subject) -> String {
        Flag.id(
            partner: partners[trial.partner].id, checklist: subject.checklist, item: subject.id, kind: trial.kind,
            dimension: trial.dimension?.rawValue)
    }
}
