import Foundation

/// Is a partner worse than its own earlier self, beyond what the whole network did? (statistics.md 3.7)
///
/// The network's movement is taken out month by month, the partner's own level too. What is left is looked at by one contrast
/// instead of one test a month: the exponentially weighted mean of the last month less the long-run mean (Roberts 1959).
struct DriftTest {
    struct Trial {
        /// Standardised; negative is worse.
        let z: Double
        let skewness: Double
        /// The last quarter less the months before it, as a share of cases; for a duration the ratio of their closing rates.
        let effect: Double
        let low: Double
        let high: Double
        /// Cases of the last quarter and before, and their outcomes.
        let recent: Counts
        let earlier: Counts
    }

    struct Counts {
        var n = 0.0
        var observed = 0.0
        var expected = 0.0
        var information = 0.0
        /// Of customers and months, which go together.
        var correlated = 0.0

        var rate: Double { observed / max(n, 1) }
    }

    /// How much of the weight each earlier month keeps.
    private static let memory = 0.8
    private static let leastCases = 8.0
    private static let leastRarer = 5.0

    /// By partner; nil where there is too little to test.
    let trials: [Trial?]
    /// By partner: how each month of the window went, held against the ordinary partner, for later audits.
    let kept: [[EarlierMonth]]

    /// `earlier`: by partner, months before the window as earlier audits kept them, held against the ordinary partner of their
    /// time. `centre`: the ordinary partner's level now (`PeerTest`).
    init(
        _ model: OutcomeModel, months: Int, customers: Double, month spread: Double, centre: Double = 0,
        earlier: [Int: [EarlierMonth]] = [:]
    ) {
        let numbers = model.numbers
        let calendar = MonthlyModel(model, months: months)
        let last = max(1, months / 4)
        let weights = (0..<months).map { Self.weight(month: $0, of: months) }
        var past: [Int: [OwnMonth]] = [:]
        for (partner, kept) in earlier {
            let own = model.rows.isDuration ? model.level[partner] - centre : model.level[partner] - model.centre - centre
            past[partner] = kept.map { OwnMonth($0, shiftedBy: own, isDuration: model.rows.isDuration) }
        }
        // By cell and month: how far its weight is from the partner's mean weight.
        let means = Self.meanWeights(calendar, weights, past, months)
        let contrast = calendar.partner.indices.map { weights[calendar.month[$0]] - means[Int(calendar.partner[$0])] }
        var sums = [Sums](repeating: Sums(), count: numbers.partners)
        for cell in contrast.indices {
            sums[Int(calendar.partner[cell])].add(
                calendar, cell, contrast: contrast[cell], isRecent: calendar.month[cell] >= months - last)
        }
        let parts = numbers[.month]
        var byMonth = [Double](repeating: 0, count: parts.count)
        for (row, group) in model.rows.group.enumerated() {
            let (part, cell) = (parts.part[Int(group)], numbers.monthCell[Int(group)])
            if part >= 0, cell >= 0 { byMonth[Int(part)] += calendar.information(ofRow: row, cell: Int(cell)) }
        }
        for (part, information) in byMonth.enumerated() {
            let partner = Int(parts.partner[part])
            let distance = weights[Int(numbers.monthOfPart[part])] - means[partner]
            sums[partner].addMonth(
                information, distance: distance, isRecent: Int(numbers.monthOfPart[part]) >= months - last, spread: spread)
        }
        for (partner, kept) in past {
            for month in kept {
                let distance = Self.weight(month: month.month, of: months) - means[partner]
                sums[partner].addEarlier(month, distance: distance, spread: spread)
            }
            sums[partner].addEarlierCustomers(
                kept.map { (Self.weight(month: $0.month, of: months) - means[partner], $0) }, customers)
        }
        kept = Self.kept(model, calendar, centre: centre)
        let shares = Self.rows(model, calendar, contrast, recentFrom: months - last)
        for (partner, squares) in model.squares(shares.contrast, of: nil).enumerated() {
            sums[partner].variance += customers * squares
        }
        for (partner, squares) in model.squares(shares.recent, of: nil).enumerated() {
            sums[partner].recent.correlated += customers * squares
        }
        for (partner, squares) in model.squares(shares.earlier, of: nil).enumerated() {
            sums[partner].earlier.correlated += customers * squares
        }
        trials = sums.indices.map { partner in
            let (n, o) = (model.n[partner], model.observed[partner])
            return sums[partner].trial(rarer: min(o, n - o), isDuration: model.rows.isDuration)
        }
    }

    /// The network's movement is taken in, so that months of different audits can stand side by side.
    private static func kept(_ model: OutcomeModel, _ calendar: MonthlyModel, centre: Double) -> [[EarlierMonth]] {
        let numbers = model.numbers
        let parts = numbers[.month]
        var (expected, information) = ([Double](), [Double]())
        for (row, group) in model.rows.group.enumerated() {
            let (month, effect) = (
                numbers.groups.month[Int(group)], model.mixEffect[Int(numbers.groups.mix[Int(group)])] + centre
            )
            let movement = month < 0 ? 0 : calendar.movement[Int(month)]
            if model.rows.isDuration {
                let own = model.rows.exposure[row] * exp(effect + movement)
                expected.append(own)
                information.append(own)
            } else {
                let chance = expit(effect + movement)
                expected.append(model.rows.n[row] * chance)
                information.append(model.rows.n[row] * chance * (1 - chance))
            }
        }
        let (n, met) = (model.sum(model.rows.n, parts), model.sum(model.rows.y, parts))
        let (e, v) = (model.sum(expected, parts), model.sum(information, parts))
        let squares = squaresByMonth(information, model)
        var kept = [[EarlierMonth]](repeating: [], count: numbers.partners)
        for (part, partner) in parts.partner.enumerated() where n[part] > 0 {
            kept[Int(partner)].append(
                EarlierMonth(
                    month: Int(numbers.monthOfPart[part]), n: n[part], observed: met[part], expected: e[part],
                    information: v[part],
                    customerSquares: squares[part]))
        }
        return kept.map { $0.sorted { $0.month < $1.month } }
    }

    /// By part of the dimension `month`: the sum over customers of the square of a column's sum.
    private static func squaresByMonth(_ column: [Double], _ model: OutcomeModel) -> [Double] {
        let (groups, parts) = (model.numbers.groups, model.numbers[.month])
        var squares = [Double](repeating: 0, count: parts.count)
        var ofCustomer: [Int32: Double] = [:]
        var last: Int32 = -1
        func flush() {
            for (part, sum) in ofCustomer { squares[Int(part)] += sum * sum }
            ofCustomer.removeAll(keepingCapacity: true)
        }
        for (row, group) in model.rows.group.enumerated() {
            let (part, customer) = (parts.part[Int(group)], groups.customer[Int(group)])
            if customer != last { flush() }
            last = customer
            if part < 0 { continue }
            if customer >= 0 {
                ofCustomer[part, default: 0] += column[row]
            } else if model.rows.n[row] > 0 {
                squares[Int(part)] += column[row] * column[row] / model.rows.n[row]
            }
        }
        flush()
        return squares
    }

    /// By row: what it adds to its customer's information in the contrast, lately, and before.
    private static func rows(
        _ model: OutcomeModel, _ calendar: MonthlyModel, _ contrast: [Double], recentFrom: Int
    ) -> (contrast: [Double], recent: [Double], earlier: [Double]) {
        var shares = (contrast: [Double](), recent: [Double](), earlier: [Double]())
        for (row, group) in model.rows.group.enumerated() {
            let cell = Int(model.numbers.monthCell[Int(group)])
            let information = cell < 0 ? 0 : calendar.information(ofRow: row, cell: cell)
            let isRecent = cell >= 0 && calendar.month[cell] >= recentFrom
            shares.contrast.append(cell < 0 ? 0 : contrast[cell] * information)
            shares.recent.append(isRecent ? information : 0)
            shares.earlier.append(isRecent ? 0 : information)
        }
        return shares
    }

    /// Of a month, negative before the window.
    private static func weight(month: Int, of months: Int) -> Double { pow(memory, Double(months - 1 - month)) }

    private static func meanWeights(
        _ calendar: MonthlyModel, _ weights: [Double], _ past: [Int: [OwnMonth]], _ months: Int
    ) -> [Double] {
        var sums = [(weighted: Double, information: Double)](repeating: (0, 0), count: calendar.partners)
        for cell in calendar.partner.indices {
            let partner = Int(calendar.partner[cell])
            sums[partner].weighted += weights[calendar.month[cell]] * calendar.information[cell]
            sums[partner].information += calendar.information[cell]
        }
        for (partner, kept) in past {
            for month in kept {
                sums[partner].weighted += weight(month: month.month, of: months) * month.information
                sums[partner].information += month.information
            }
        }
        return sums.map { $0.weighted / max($0.information, 1e-12) }
    }

    /// What is summed of one partner.
    private struct Sums {
        var statistic = 0.0
        var variance = 0.0
        var third = 0.0
        var recent = Counts()
        var earlier = Counts()

        mutating func add(_ calendar: MonthlyModel, _ cell: Int, contrast: Double, isRecent: Bool) {
            let (n, y) = (calendar.n[cell], calendar.observed[cell])
            let (e, v) = (calendar.expected[cell], calendar.information[cell])
            statistic += contrast * (y - e)
            third += contrast * contrast * contrast * calendar.third[cell]
            func add(to counts: inout Counts) {
                counts.n += n
                counts.observed += y
                counts.expected += e
                counts.information += v
            }
            if isRecent { add(to: &recent) } else { add(to: &earlier) }
        }

        mutating func addMonth(_ information: Double, distance: Double, isRecent: Bool, spread: Double) {
            variance += distance * distance * information * (1 + spread * information)
            let correlated = spread * information * information
            if isRecent { recent.correlated += correlated } else { earlier.correlated += correlated }
        }

        /// A month before the window. Its residual is against the partner's level now: what it was off on the whole is taken out of
        /// every month by the contrast itself, whose weights sum to nothing over the information.
        mutating func addEarlier(_ month: OwnMonth, distance: Double, spread: Double) {
            statistic += distance * (month.observed - month.expected)
            variance += distance * distance * month.information * (1 + spread * month.information)
            third += distance * distance * distance * month.third
            earlier.n += month.n
            earlier.observed += month.observed
            earlier.expected += month.expected
            earlier.information += month.information
            earlier.correlated += spread * month.information * month.information
        }

        /// Which customers of one kept month were those of another is not kept: they are taken to be the same, which is at worst too
        /// cautious.
        mutating func addEarlierCustomers(_ months: [(distance: Double, month: OwnMonth)], _ customers: Double) {
            let contrast = months.reduce(0.0) { $0 + abs($1.distance) * $1.month.customerSquares.squareRoot() }
            let level = months.reduce(0.0) { $0 + $1.month.customerSquares.squareRoot() }
            variance += customers * contrast * contrast
            earlier.correlated += customers * level * level
        }

        func trial(rarer: Double, isDuration: Bool) -> Trial? {
            let isEnough =
                isDuration
                ? recent.expected >= leastRarer && earlier.expected >= leastRarer
                : recent.n >= leastCases && earlier.n >= leastCases && rarer >= leastRarer
            guard isEnough, variance > 0 else { return nil }
            let error = (squaredError(recent, isDuration) + squaredError(earlier, isDuration)).squareRoot()
            let effect: Double
            let (low, high): (Double, Double)
            if isDuration {
                effect = (recent.observed + 0.5) / (recent.expected + 0.5) / ((earlier.observed + 0.5) / (earlier.expected + 0.5))
                (low, high) = (effect * exp(-1.96 * error), effect * exp(1.96 * error))
            } else {
                effect = (recent.observed - recent.expected) / recent.n - (earlier.observed - earlier.expected) / earlier.n
                (low, high) = (effect - 1.96 * error, effect + 1.96 * error)
            }
            return Trial(
                z: statistic / variance.squareRoot(), skewness: third / (variance * variance.squareRoot()), effect: effect,
                low: low,
                high: high, recent: recent, earlier: earlier)
        }

        /// Of the mean residual, or of the log of the ratio.
        private func squaredError(_ counts: Counts, _ isDuration: Bool) -> Double {
            let base = isDuration ? counts.expected : counts.n
            return (counts.information + counts.correlated) / (base * base)
        }
    }
}

/// A month before the window, as an earlier audit kept it: numbers as in `DriftMonth`.
struct EarlierMonth {
    /// Counted from the window's first month, which is 0: -1 is the one before it.
    let month: Int
    let n: Double
    let observed: Double
    let expected: Double
    let information: Double
    let customerSquares: Double
}

/// The same held against the partner's own level instead of the ordinary partner's.
private struct OwnMonth {
    let month: Int
    let n: Double
    let observed: Double
    let expected: Double
    let information: Double
    let third: Double
    let customerSquares: Double

    /// `level`: how far the partner is from the ordinary one, on the logit or log scale. The cases of one month are taken to have
    /// its mean chance.
    init(_ kept: EarlierMonth, shiftedBy level: Double, isDuration: Bool) {
        (month, n, observed) = (kept.month, kept.n, kept.observed)
        if isDuration {
            let scale = exp(level)
            expected = kept.expected * scale
            (information, third) = (expected, expected)
            customerSquares = kept.customerSquares * scale * scale
            return
        }
        let before = kept.n > 0 ? min(max(kept.expected / kept.n, 1e-6), 1 - 1e-6) : 0.5
        let own = expit(logit(before) + level)
        let scale = own * (1 - own) / (before * (1 - before))
        expected = kept.n * own
        information = kept.information * scale
        third = information * (1 - 2 * own)
        customerSquares = kept.customerSquares * scale * scale
    }
}

/// What is expected month by month, with the network's movement and the partner's own level taken in: by partner, mix and month.
private struct MonthlyModel {
    let partners: Int
    let partner: [Int32]
    let month: [Int]
    let n: [Double]
    let observed: [Double]
    let expected: [Double]
    let information: [Double]
    let third: [Double]
    /// By month: the network's, on the logit or log scale.
    let movement: [Double]
    /// By cell, of each unit of a row: of a case, or of an end expected at the partner's own level.
    private let informationOfUnit: [Double]
    /// By row.
    private let units: [Double]

    init(_ model: OutcomeModel, months: Int) {
        let numbers = model.numbers
        let count = numbers.monthCellCell.count
        partners = numbers.partners
        let rows = model.rows
        let partner = numbers.monthCellCell.map { numbers.cellPartner[Int($0)] }
        let month = numbers.monthCellMonth.map { Int($0) }
        let n = rows.sum(rows.n, by: numbers.monthCell, count: count)
        let observed = rows.sum(rows.y, by: numbers.monthCell, count: count)
        (self.partner, self.month, self.n, self.observed) = (partner, month, n, observed)
        if rows.isDuration {
            let atOwnLevel = rows.sum(model.expected, by: numbers.monthCell, count: count)
            let network = Self.scale(atOwnLevel, observed, by: { month[$0] }, count: months)
            movement = network.map { log($0) }
            let moved = atOwnLevel.indices.map { atOwnLevel[$0] * network[month[$0]] }
            let own = Self.scale(moved, observed, by: { Int(partner[$0]) }, count: numbers.partners)
            expected = moved.indices.map { moved[$0] * own[Int(partner[$0])] }
            (information, third) = (expected, expected)
            informationOfUnit = zip(expected, atOwnLevel).map { $1 > 0 ? $0 / $1 : 0 }
            units = model.expected
            return
        }
        let cells = numbers.monthCellCell.map { Int($0) }
        let level = cells.indices.map {
            model.level[Int(partner[$0])] + model.mixEffect[Int(numbers.cellMix[cells[$0]])] - model.centre
        }
        var chance = [Double](repeating: 0, count: count)
        let present = n.indices.filter { n[$0] > 0 }
        var movement = [Double](repeating: 0, count: months)
        func update(_ own: [Double]? = nil) {
            for cell in present { chance[cell] = expit(level[cell] + movement[month[cell]] + (own?[Int(partner[cell])] ?? 0)) }
        }
        func newton(by number: (Int) -> Int, count: Int, ridge: Double) -> [Double] {
            var (residual, weight) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
            for cell in present {
                residual[number(cell)] += observed[cell] - n[cell] * chance[cell]
                weight[number(cell)] += n[cell] * chance[cell] * (1 - chance[cell])
            }
            return zip(residual, weight).map { max(-1, min(1, $0 / ($1 + ridge))) }
        }
        for _ in 0..<4 {
            update()
            movement = zip(movement, newton(by: { month[$0] }, count: months, ridge: 1)).map { $0 + $1 }
        }
        self.movement = movement
        update()
        update(newton(by: { Int(partner[$0]) }, count: numbers.partners, ridge: 0.05))
        expected = zip(n, chance).map { $0 * $1 }
        information = zip(n, chance).map { $0 * $1 * (1 - $1) }
        third = zip(information, chance).map { $0 * (1 - 2 * $1) }
        informationOfUnit = chance.map { $0 * (1 - $0) }
        units = rows.n
    }

    /// Observed to expected ends of each number; halves keep it finite.
    private static func scale(
        _ expected: [Double], _ observed: [Double], by number: (Int) -> Int, count: Int
    ) -> [Double] {
        var sums = [(observed: Double, expected: Double)](repeating: (0.5, 0.5), count: count)
        for cell in expected.indices {
            sums[number(cell)].observed += observed[cell]
            sums[number(cell)].expected += expected[cell]
        }
        return sums.map { $0.observed / $0.expected }
    }

    func information(ofRow row: Int, cell: Int) -> Double { units[row] * informationOfUnit[cell] }
}
