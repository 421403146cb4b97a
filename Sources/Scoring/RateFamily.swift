import Checklists

/// The checks of one function, summed by customer and by partner, and what follows from them (statistics.md, section 5).
struct RateFamily {
    /// Weighted sums over checks: of the weight, its square, the outcomes and their expectations.
    fileprivate struct Sums {
        var weight = 0.0
        var squares = 0.0
        var met = 0.0
        var expected = 0.0
    }

    /// Of one partner.
    fileprivate struct PartnerSums {
        var checks = 0
        var all = Sums()
        var customers = 0.0
        var squaredWeights = 0.0
        /// Over customers: the squares of what is left after the partner's own level.
        var residuals = 0.0
        /// Checks of records that name no customer, and over them w²(y - e) and w²(y - e)².
        var loneChecks = 0.0
        var loneSquares = 0.0
        var loneFirst = 0.0
        var loneSecond = 0.0
        /// What the items of a module lack, in weighted checks.
        var lacking: [String: Double] = [:]

        /// How much more is met than expected.
        var difference: Double { (all.met - all.expected) / all.weight }
    }

    struct Rate {
        let rate: DependableRate
        /// By module.
        let gains: [(module: String, gain: Double?)]
    }

    /// The standard normal quantile of one customer in five.
    static let fifth = 0.841_621_233_572_914_3
    /// What a cell is shrunk by, in checks.
    private static let prior = 20.0
    /// The most that a partner counts of an item.
    private static let largestShare = 0.05

    private var customers: [Sums]
    private var ownerOf: [Int32]
    private var partners: [PartnerSums]

    init(_ groups: CaseGroups) {
        customers = Array(repeating: Sums(), count: groups.customers.count)
        ownerOf = Array(repeating: -1, count: groups.customers.count)
        partners = Array(repeating: PartnerSums(), count: groups.partners.count)
    }

    mutating func add(_ cells: ItemCells, _ item: ItemDescription, _ groups: CaseGroups, _ strata: MixStrata) {
        var own = [Sums](repeating: Sums(), count: partners.count)
        for (place, group) in cells.group.enumerated() {
            let checks = Double(cells.met[place]) + Double(cells.missed[place]) + Double(cells.unobserved[place])
            own[Int(groups.partner[Int(group)])].weight += checks
            partners[Int(groups.partner[Int(group)])].checks += Int(checks)
        }
        let reference = Self.reference(cells, own.map(\.weight), groups, strata)
        for (place, group) in cells.group.enumerated() {
            let group = Int(group)
            let (met, partner) = (Double(cells.met[place]), Int(groups.partner[group]))
            let checks = met + Double(cells.missed[place]) + Double(cells.unobserved[place])
            let expected = reference[strata.ofMix[Int(groups.mix[group])]]
            own[partner].met += met
            own[partner].expected += checks * expected
            if groups.customer[group] >= 0 {
                customers[Int(groups.customer[group])].add(checks, met, expected, item.weight)
                ownerOf[Int(groups.customer[group])] = Int32(partner)
            } else {
                partners[partner].addLone(checks, met, expected, item.weight)
            }
        }
        for partner in partners.indices where own[partner].weight > 0 {
            partners[partner].all.weight += item.weight * own[partner].weight
            partners[partner].all.squares += item.weight * item.weight * own[partner].weight
            partners[partner].all.met += item.weight * own[partner].met
            partners[partner].all.expected += item.weight * own[partner].expected
            guard let module = item.enablement?.module else { continue }
            let wanted = max(own[partner].expected, own[partner].weight * (item.target ?? 0))
            partners[partner].lacking[module, default: 0] += item.weight * max(0, wanted - own[partner].met)
        }
    }

    /// By stratum: the network's rate of an item. `checks` are those of each partner.
    private static func reference(
        _ cells: ItemCells, _ checks: [Double], _ groups: CaseGroups, _ strata: MixStrata
    ) -> [Double] {
        let most = largestShare * checks.reduce(0, +)
        let weights = checks.map { $0 > most ? most / $0 : 1 }
        var (met, all) = ([Double](repeating: 0, count: strata.count), [Double](repeating: 0, count: strata.count))
        for (place, group) in cells.group.enumerated() {
            let stratum = strata.ofMix[Int(groups.mix[Int(group)])]
            let weight = weights[Int(groups.partner[Int(group)])]
            let missed = Double(cells.missed[place]) + Double(cells.unobserved[place])
            met[stratum] += weight * Double(cells.met[place])
            all[stratum] += weight * (Double(cells.met[place]) + missed)
        }
        let total = all.reduce(0, +)
        let rate = total > 0 ? met.reduce(0, +) / total : 0
        return zip(met, all).map { ($0 + prior * rate) / ($1 + prior) }
    }

    /// By the number of the partner; nil where it has no check.
    mutating func rates(_ function: String?) -> [Rate?] {
        let sums = partners.reduce(into: Sums()) { sums, partner in
            sums.weight += partner.all.weight
            sums.expected += partner.all.expected
        }
        guard sums.weight > 0 else { return partners.map { _ in nil } }
        addResiduals()
        let network = Network(partners, level: sums.expected / sums.weight)
        return partners.map { partner in
            guard partner.all.weight > 0 else { return nil }
            guard partner.checks >= DependableRate.leastChecks else {
                let rate = DependableRate(function: function, checks: partner.checks, estimate: nil)
                return Rate(rate: rate, gains: [])
            }
            return network.rate(partner, function)
        }
    }

    private mutating func addResiduals() {
        for (customer, sums) in customers.enumerated() where sums.weight > 0 && ownerOf[customer] >= 0 {
            let partner = Int(ownerOf[customer])
            let residual = sums.met - sums.expected - sums.weight * partners[partner].difference
            partners[partner].residuals += residual * residual
            partners[partner].customers += 1
            partners[partner].squaredWeights += sums.weight * sums.weight
        }
        for partner in partners.indices where partners[partner].loneChecks > 0 {
            let (sums, difference) = (partners[partner], partners[partner].difference)
            partners[partner].residuals +=
                sums.loneSecond - 2 * difference * sums.loneFirst + difference * difference * sums.loneSquares
            partners[partner].customers += sums.loneChecks
            partners[partner].squaredWeights += sums.loneSquares
        }
    }

    /// What is ordinary among the partners that have enough checks.
    private struct Network {
        let level: Double
        /// How much more customers' checks vary together than alone.
        private var design = 0.0
        /// The variance between partners.
        private var between = 0.0
        /// The ordinary variance between a partner's customers.
        private var spread = 0.0

        /// The variance between partners is never below that of two points.
        private static let leastBetween = 0.02 * 0.02
        /// How many customers' worth of the network's variance a partner's own is mixed with.
        private static let varianceCustomers = 10.0
        private static let spreadCustomers = 20.0

        init(_ partners: [PartnerSums], level: Double) {
            self.level = level
            let present = partners.filter { $0.all.weight > 0 }
            design = present.reduce(0) { $0 + $1.residuals } / present.reduce(0) { $0 + chance($1) }
            let counted = present.filter { $0.checks >= DependableRate.leastChecks }
            let variances = counted.map(variance)
            let found = BoundedMoment.root(from: 0, to: 1) { between in
                zip(counted, variances).lazy.map { $0.difference * $0.difference / ($1 + between) }
            }
            between = max(found ?? 0, Self.leastBetween)
            spread = max(
                1e-6, WeightedQuartiles.mean(counted.map(ownSpread), weights: counted.map { $0.customers.squareRoot() }))
        }

        /// The share met at a partner, kept from its ends.
        private func share(_ partner: PartnerSums) -> Double { min(max(level + partner.difference, 0.02), 0.98) }

        /// The variance of the met checks by chance alone.
        private func chance(_ partner: PartnerSums) -> Double {
            let share = share(partner)
            return partner.all.squares * share * (1 - share)
        }

        /// The variance of a partner's difference: from its customers, mixed with what its number of checks says.
        private func variance(_ partner: PartnerSums) -> Double {
            let square = partner.all.weight * partner.all.weight
            let robust = partner.residuals / square * partner.customers / max(partner.customers - 1, 1)
            let modelled = chance(partner) / square * design
            return (partner.customers * robust + Self.varianceCustomers * modelled) / (partner.customers + Self.varianceCustomers)
        }

        /// The variance between a partner's customers, beyond chance; may be below zero.
        private func ownSpread(_ partner: PartnerSums) -> Double {
            (partner.residuals - chance(partner)) / max(partner.squaredWeights, 1e-300)
        }

        func rate(_ partner: PartnerSums, _ function: String?) -> Rate {
            let kept = between / (between + variance(partner))
            let freedom = max(partner.customers - 1, 0)
            let own = freedom * max(ownSpread(partner), 0) + Self.spreadCustomers * spread
            let customers = (own / (freedom + Self.spreadCustomers)).squareRoot()
            let level = level + kept * partner.difference
            let value = level - fifth * customers
            let spreadError = fifth * fifth * customers * customers / (2 * (freedom + Self.spreadCustomers))
            let half = 1.645 * ((1 - kept) * between + spreadError).squareRoot()
            func points(_ share: Double) -> Double { 100 * min(max(share, 0), 1) }
            let estimate = DependableRate.Estimate(
                value: points(value), low: points(value - half), high: points(value + half), level: level)
            let gains = partner.lacking.sorted { $0.key.precedes($1.key) }.map { module, lacking in
                (module, Optional(points(value + kept * lacking / partner.all.weight) - points(value)))
            }
            return Rate(
                rate: DependableRate(function: function, checks: partner.checks, estimate: estimate), gains: gains)
        }
    }
}

extension RateFamily.Sums {
    fileprivate mutating func add(_ checks: Double, _ met: Double, _ expected: Double, _ itemWeight: Double) {
        weight += itemWeight * checks
        squares += itemWeight * itemWeight * checks
        self.met += itemWeight * met
        self.expected += itemWeight * checks * expected
    }
}

extension RateFamily.PartnerSums {
    fileprivate mutating func addLone(_ checks: Double, _ met: Double, _ expected: Double, _ weight: Double) {
        let square = weight * weight
        loneChecks += checks
        loneSquares += square * checks
        loneFirst += square * (met - checks * expected)
        loneSecond += square * (met * (1 - expected) * (1 - expected) + (checks - met) * expected * expected)
    }
}
