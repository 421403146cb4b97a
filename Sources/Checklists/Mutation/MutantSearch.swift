import Language
import Timelines

/// Looks for a record on which an item and its mutant differ, and makes it small: a test that would kill the mutant.
struct MutantSearch {
    let mutant: Mutant
    let space: SearchSpace
    private let tests: ChecklistTests?
    private let jury: (plain: Jury, mutated: Jury)
    /// As of no instant that matters: what judges are made of that differ in nothing else.
    private let judges: (plain: Judge, mutated: Judge)?

    /// `tests` gives the calendars and partners, where there are any.
    init(for mutant: Mutant, tests: ChecklistTests?) {
        self.mutant = mutant
        self.tests = tests
        let function = mutant.plain.function
        let performing = (tests?.partners ?? []).filter { partner in
            function.map { own in partner.functions?.contains(own) ?? true } ?? true
        }
        space = SearchSpace(of: mutant, partners: performing.map(\.id))
        func jury(_ checklist: Checklist) -> Jury {
            Jury(versions: [checklist.alwaysInForce], calendars: tests?.calendars ?? [:], partners: tests?.partners)
        }
        self.jury = (jury(mutant.plain), jury(mutant.mutated))
        let never = Instant(seconds: 0)
        judges =
            mutant.plain.unit == .customer
            ? nil : (self.jury.plain.judge(asOf: never), self.jury.mutated.judge(asOf: never))
    }

    /// A record that tells the two apart, and how: the smaller `rank` the plainer.
    struct Find {
        var candidate: Candidate
        /// Of the record.
        var beginning: Instant
        var item: String
        var verdict: Verdict
        var mutated: Verdict
        var rank: Int
    }

    /// Events of a record at most.
    private static let mostSteps = 6

    /// Tries that many records; nil where they are all judged alike.
    func find(tries: Int) -> Find? { find(tries: tries, where: difference(on:)) }

    /// A record on which the item says one of some verdicts, whatever the mutant says.
    func find(_ verdicts: [Verdict], tries: Int) -> Find? {
        find(tries: tries) { candidate in
            guard let item = mutant.items.first, let verdict = judged(candidate).plain.first, verdicts.contains(verdict) else {
                return nil
            }
            return Find(
                candidate: candidate, beginning: space.beginning, item: item, verdict: verdict, mutated: verdict, rank: 0)
        }
    }

    private func find(tries: Int, where test: (Candidate) -> Find?) -> Find? {
        var random = SplitMix64(named: mutant.name)
        var best: Find?
        // What is found early may be found plainer.
        for index in 0..<tries {
            let candidate = Candidate(in: space, upTo: 1 + random.next(below: Self.mostSteps), using: &random)
            if let found = test(candidate), found.rank < best?.rank ?? Int.max {
                best = found
                if found.rank == 0 { break }
            }
            if best != nil, index > tries / 4 { break }
        }
        return best.map { shrunk($0, test) }
    }

    /// The plainest difference between the verdicts on a record.
    func difference(on candidate: Candidate) -> Find? {
        let (plain, mutated) = judged(candidate)
        var best: Find?
        for (item, (one, other)) in zip(mutant.items, zip(plain, mutated)) where one != other {
            let rank = Self.rank(one, other)
            guard rank < best?.rank ?? Int.max else { continue }
            best = Find(
                candidate: candidate, beginning: space.beginning, item: item, verdict: one, mutated: other, rank: rank)
        }
        return best
    }

    private func judged(_ candidate: Candidate) -> (plain: [Verdict], mutated: [Verdict]) {
        let (record, asOf) = candidate.record(in: space)
        guard let judges else {
            let trial = ChecklistTests.Trial(
                name: "", position: mutant.position, asOf: asOf, records: [record], expected: [])
            return (
                jury.plain.verdicts(on: trial).map(\.verdict), jury.mutated.verdicts(on: trial).map(\.verdict)
            )
        }
        return (
            Judge(judges.plain, asOf: asOf).judge(jury.plain.numbered(record)).verdicts.map(\.verdict),
            Judge(judges.mutated, asOf: asOf).judge(jury.mutated.numbered(record)).verdicts.map(\.verdict)
        )
    }

    /// Decided verdicts prove most; that nothing can be told proves least.
    private static func rank(_ one: Verdict, _ other: Verdict) -> Int {
        func isDecided(_ verdict: Verdict) -> Bool { verdict == .pass || verdict == .fail }
        if one == .notObservable || other == .notObservable { return 3 }
        return isDecided(one) ? isDecided(other) ? 0 : 1 : 2
    }

    // MARK: Making it small

    /// Takes away and shortens whatever the difference does not need.
    private func shrunk(_ found: Find, _ test: (Candidate) -> Find?) -> Find {
        var best = found
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in smaller(than: best.candidate) {
                guard let next = test(candidate), next.rank <= best.rank else { continue }
                best = next
                isSmaller = true
                break
            }
        }
        return best
    }

    private func smaller(than candidate: Candidate) -> [Candidate] {
        var all: [Candidate] = []
        func add(_ change: (inout Candidate) -> Void) {
            var copy = candidate
            change(&copy)
            all.append(copy)
        }
        for index in candidate.steps.indices {
            add { $0.steps.remove(at: index) }
            add { $0.removeStep(at: index) }
        }
        for path in candidate.fields.keys.sorted() where path != "partner" { add { $0.fields[path] = nil } }
        for index in candidate.steps.indices {
            for path in candidate.steps[index].details.keys.sorted() { add { $0.steps[index].details[path] = nil } }
        }
        if candidate.rest > 0 { add { $0.rest = 0 } }
        if candidate.closing != nil { add { $0.closing = nil } }
        for gap in space.gaps where gap < candidate.rest { add { $0.rest = gap } }
        for gap in space.gaps where gap < candidate.closing ?? 0 { add { $0.closing = gap } }
        for index in candidate.steps.indices {
            for gap in space.gaps where gap < candidate.steps[index].gap { add { $0.steps[index].gap = gap } }
        }
        return all
    }
}
