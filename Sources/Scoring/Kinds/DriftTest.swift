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

    init(_ model: OutcomeModel, months: Int, customers: Double, month spread: Double) {
        let numbers = model.numbers
        let calendar = MonthlyModel(model, months: months)
        let last = max(1, months / 4)
        let weights = (0..<months).map { pow(Self.memory, Double(months - 1 - $0)) }
        // By cell and month: how far its weight is from the partner's mean weight.
        let means = Self.meanWeights(calendar, weights)
        let contrast = calendar.partner.indices.map { weights[calendar.month[$0]] - means[Int(calendar.partner[$0])] }
        var sums = [Sums](repeating: Sums(), count: numbers.partners)
        for cell in contrast.indices {
            sums[Int(calendar.partner[cell])].add(calendar, cell, contrast: contrast[cell], isRecent: calendar.month[cell] >= months - last)
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
            sums[partner].addMonth(information, distance: distance, isRecent: Int(numbers.monthOfPart[part]) >= months - last, spread: spread)
        }
        let shares = Self.rows(model, calendar, contrast, recentFrom: months - last)
        for (partner, squares) in model.squares(shares.contrast, of: nil).enumerated() { sums[partner].variance += customers * squares }
        for (partner, squares) in model.squares(shares.recent, of: nil).enumerated() { sums[partner].recent.correlated += customers * squares }
        for (partner, squares) in model.squares(shares.earlier, of: nil).enumerated() { sums[partner].earlier.correlated += customers * squares }
        trials = sums.indices.map { partner in
            let (n, o) = (model.n[partner], model.observed[partner])
            return sums[partner].trial(rarer: min(o, n - o), isDuration: model.rows.isDuration)
        }
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

    private static func meanWeights(_ calendar: MonthlyModel, _ weights: [Double]) -> [Double] {
        var sums = [(weighted: Double, information: Double)](repeating: (0, 0), count: calendar.partners)
        for cell in calendar.partner.indices {
            let partner = Int(calendar.partner[cell])
            sums[partner].weighted += weights[calendar.month[cell]] * calendar.information[cell]
            sums[partner].information += calendar.information[cell]
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
                z: statistic / variance.squareRoot(), skewness: third / (variance * variance.squareRoot()), effect: effect, low: low,
                high: high, recent: recent, earlier: earlier)
        }

        /// Of the mean residual, or of the log of the ratio.
        private func squaredError(_ counts: Counts, _ isDuration: Bool) -> Double {
            let base = isDuration ? counts.expected : counts.n
            return (counts.information + counts.correlated) / (base * base)
        }
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
            expected = Self.scaled(atOwnLevel, observed, month, months, partner, numbers.partners)
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
        update()
        update(newton(by: { Int(partner[$0]) }, count: numbers.partners, ridge: 0.05))
        expected = zip(n, chance).map { $0 * $1 }
        information = zip(n, chance).map { $0 * $1 * (1 - $1) }
        third = zip(information, chance).map { $0 * (1 - 2 * $1) }
        informationOfUnit = chance.map { $0 * (1 - $0) }
        units = rows.n
    }

    /// Ends expected of a duration, scaled to the network's of each month and then to the partner's own.
    private static func scaled(
        _ expected: [Double], _ observed: [Double], _ month: [Int], _ months: Int, _ partner: [Int32], _ partners: Int
    ) -> [Double] {
        func scale(_ expected: [Double], by number: (Int) -> Int, count: Int) -> [Double] {
            var sums = [(observed: Double, expected: Double)](repeating: (0.5, 0.5), count: count)
            for cell in expected.indices {
                sums[number(cell)].observed += observed[cell]
                sums[number(cell)].expected += expected[cell]
            }
            return expected.indices.map { expected[$0] * sums[number($0)].observed / sums[number($0)].expected }
        }
        return scale(scale(expected, by: { month[$0] }, count: months), by: { Int(partner[$0]) }, count: partners)
    }

    func information(ofRow row: Int, cell: Int) -> Double { units[row] * informationOfUnit[cell] }
}
