/// What a flag says, in one sentence of plain English: what was seen, what was expected, how sure, and on how many records.
struct FlagSentence {
    let subject: Subject
    let finding: Trial.Finding
    let dimension: Dimension?

    var text: String {
        switch finding.story {
        case .standard(let met, let rate, let low, let high, let target):
            let decimals = Figures.decimals(for: target)
            func percent(_ share: Double) -> String { Figures.percentNumber(share, decimals: decimals) }
            return "\(Figures.count(met)) of \(Figures.count(finding.n)) decided \(subject.units) "
                + "(\(percent(rate)) %, 95 % interval \(percent(low)) to \(percent(high)) %) "
                + "meet '\(subject.title)'; the target is \(percent(target)) %"
        case .evidence(let unproven, let share, let low, let high, let most):
            return
                "\(Figures.count(unproven)) of \(Figures.count(finding.n)) \(subject.units) to which '\(subject.title)' applies "
                + "(\(percent(share)) %, 95 % interval \(percent(low)) to \(percent(high)) %) do not show whether it is met; "
                + "at most \(percent(most)) % may lack evidence"
        case .peer(let met, let expected, let peers, let network):
            let rate = met / Double(finding.n)
            return "\(Figures.count(Int(met))) of \(Figures.count(finding.n)) decided \(subject.units) "
                + "(\(percent(rate)) %) meet '\(subject.title)', where an ordinary partner with the same case mix "
                + "meets \(percent(expected)) %: \(points(expected - rate)) fewer, of which \(percent(-finding.effect)) remain once chance "
                + "and partners' ordinary variation are allowed for (95 % interval \(percent(-finding.high)) to "
                + "\(percent(-finding.low))); \(others(peers)) meet \(percent(network)) % whatever their mix"
        case .slower(let ended, let expected, let peers):
            return
                "'\(subject.title)': \(Figures.count(Int(ended))) of \(Figures.count(finding.n)) \(subject.units) have come to their end, "
                + "where an ordinary partner with the same case mix would have ended \(decimal(expected)) in the same time: "
                + "\(ratio(finding.effect)) of the ordinary pace once chance is allowed for (95 % interval \(ratio(finding.low)) to "
                + "\(ratio(finding.high))), compared with \(others(peers))"
        case .within(let best, let worst, let ordinaryGap, let parts):
            return
                "'\(subject.title)' is met for \(percent(best)) % in the best-served tenth of this partner's \(divided(parts)) "
                + "and \(percent(worst)) % in the worst-served, on \(Figures.count(finding.n)) decided \(subject.units): a gap of "
                + "\(points(best - worst)), where \(points(ordinaryGap)) are ordinary for this item"
        case .withinSlower(let ratio, let ordinary, let parts):
            return "'\(subject.title)': the best-served tenth of this partner's \(divided(parts)) comes to the end at "
                + "\(self.ratio(ratio)) times the pace of its average, on \(Figures.count(finding.n)) \(subject.units), where "
                + "\(self.ratio(ordinary)) times is ordinary"
        case .drift, .driftSlower: return movement
        case .path(let route, let share, let expected, let peers):
            return
                "\(percent(finding.effect)) of every 100 closed \(subject.units) take another route than the case mix leads to "
                + "expect ('\(subject.title)', \(Figures.count(finding.n)) \(subject.units)): '\(route)' in \(percent(share)) %, "
                + "\(percent(expected)) % expected, compared with \(others(peers))"
        }
    }

    private var movement: String {
        switch finding.story {
        case .drift(let recent, let recentCases, let earlier, let earlierCases, let months):
            return
                "'\(subject.title)' is met in \(percent(recent)) % of the \(Figures.count(recentCases)) decided \(subject.units) opened in "
                + "the last \(Figures.count(months, "month")), after \(percent(earlier)) % of \(Figures.count(earlierCases)) before: "
                + "\(points(-finding.effect)) worse beyond what the network and the case mix did (95 % interval "
                + "\(percent(-finding.high)) to \(percent(-finding.low)))"
        case .driftSlower(let ratio, let recentCases, let earlierCases, let months):
            return
                "'\(subject.title)': the \(Figures.count(recentCases)) \(subject.units) opened in the last \(Figures.count(months, "month")) "
                + "come to their end at \(self.ratio(ratio)) of the pace of the \(Figures.count(earlierCases)) before, beyond what the "
                + "network and the case mix did (95 % interval \(self.ratio(finding.low)) to \(self.ratio(finding.high)))"
        default: return ""
        }
    }

    /// What was seen and what it was held against.
    var figures: (observed: Double, expected: Double) {
        switch finding.story {
        case .standard(_, let rate, _, _, let target): (rate, target)
        case .evidence(_, let share, _, _, let most): (share, most)
        case .peer(let met, let expected, _, _): (met / Double(finding.n), expected)
        case .slower(let ended, let expected, _): (ended, expected)
        case .within(let best, let worst, let ordinaryGap, _): (best - worst, ordinaryGap)
        case .withinSlower(let ratio, let ordinaryRatio, _): (ratio, ordinaryRatio)
        case .drift(let recent, _, let earlier, _, _): (recent, earlier)
        case .driftSlower(let ratio, _, _, _): (ratio, 1)
        case .path(_, let share, let expected, _): (share, expected)
        }
    }

    /// What makes the figures less than they seem.
    var caveats: [String] {
        var caveats: [String] = []
        if finding.n < Self.fewCases { caveats.append("it rests on \(Figures.count(finding.n)) \(subject.units)") }
        switch finding.story {
        case .peer(_, _, let peers, _), .slower(_, _, let peers), .path(_, _, _, let peers):
            if peers.isPresumed {
                caveats.append("too few peers to estimate ordinary variation: a usual one is presumed")
            }
        case .standard, .evidence, .within, .withinSlower, .drift, .driftSlower: break
        }
        switch finding.story {
        case .within, .withinSlower, .drift, .driftSlower, .path: caveats.append("the interval is approximate")
        case .standard, .evidence, .peer, .slower: break
        }
        if dimension == .owner { caveats.append("a record is taken to be its last owner's") }
        if case .peer(let met, _, _, let network) = finding.story, met / Double(finding.n) >= network {
            caveats.append("its raw rate is not below that of the others: only its case mix shows the difference")
        }
        return caveats
    }

    private static let fewCases = 30

    /// `14 customers`
    private func divided(_ parts: Int) -> String {
        let names =
            switch dimension {
            case .region: ("region", "regions")
            case .owner: ("owner", "owners")
            case .customer, .month, nil: ("customer", "customers")
            }
        return Figures.count(parts, names.0, names.1)
    }

    private func others(_ peers: Trial.Peers) -> String { Figures.count(peers.count, "other partner") }

    private func percent(_ share: Double) -> String { Figures.percentNumber(share, decimals: 1) }

    private func points(_ share: Double) -> String { "\(percent(share)) points" }

    private func ratio(_ value: Double) -> String { Figures.decimal(value, decimals: 2) }

    private func decimal(_ value: Double) -> String { Figures.decimal(value, decimals: 1) }
}
