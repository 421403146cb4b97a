import Foundation

/// The case-mix model (statistics.md 3.2): logit P(met) = alpha of the partner + the effects of the case's mix, or
/// log E(count) = the same with an exposure. Partners' intercepts are free, so that the effects are contrasts within partners:
/// a poor partner that gets the hard cases neither hides in them nor is blamed for its mix. Penalised by ridges.
package struct CaseMixModel: Hashable, Sendable {
    /// Comparable cases of one partner, counted together. Each cell has one level of each field; the first level of a field is
    /// its reference and has no column.
    package struct Cells: Sendable {
        /// How many partners and columns there are.
        package var partners: Int
        package var columns: Int
        /// How many fields there are: so many entries of `levels` a cell.
        package var fields: Int
        /// By cell: the number of its partner.
        package var partner: [Int32] = []
        /// By cell, then field: the column of its level, -1 for the reference. Columns of different fields are different.
        package var levels: [Int32] = []
        /// By cell: how many cases, or how much exposure; >= 0.
        package var count: [Double] = []
        /// By cell: how many of them met, or how many events.
        package var met: [Double] = []

        package init(partners: Int, columns: Int, fields: Int) {
            (self.partners, self.columns, self.fields) = (partners, columns, fields)
        }

        package mutating func append(partner: Int32, levels: some Sequence<Int32>, count: Double, met: Double) {
            self.partner.append(partner)
            self.levels.append(contentsOf: levels)
            self.count.append(count)
            self.met.append(met)
        }
    }

    package enum Outcome: Sendable {
        /// Cases that met or missed.
        case met
        /// Events where `count` is the exposure.
        case events
    }

    /// The intercept of each partner.
    package private(set) var alpha: [Double]
    /// The effect of each column.
    package private(set) var beta: [Double]

    /// The effect of a mix: the sum over its levels.
    package func effect(_ levels: some Sequence<Int32>) -> Double {
        levels.reduce(0) { $1 >= 0 ? $0 + beta[Int($1)] : $0 }
    }

    static let partnerRidge = 0.05
    static let mixRidge = 0.5

    /// Newton's method with the intercepts profiled out; steps are cut at 2; at most 8 rounds. Work a round: cells × fields²,
    /// partners × columns², columns³.
    package init(_ cells: Cells, _ outcome: Outcome = .met) {
        let centre = Self.centre(cells, outcome)
        alpha = Array(repeating: centre, count: cells.partners)
        beta = Array(repeating: 0, count: cells.columns)
        var system = System(cells)
        for _ in 0..<8 {
            system.gather(cells, outcome, self, centre)
            let (da, db) = system.solve()
            for index in alpha.indices { alpha[index] += min(max(da[index], -2), 2) }
            for index in beta.indices { beta[index] += min(max(db[index], -2), 2) }
            if (da + db).allSatisfy({ abs($0) < 1e-7 }) { break }
        }
    }

    /// Where the partners' ridge pulls: the pooled logit; no effect on exposures.
    private static func centre(_ cells: Cells, _ outcome: Outcome) -> Double {
        guard case .met = outcome else { return 0 }
        let rate = (cells.met.reduce(0, +) + 0.5) / (cells.count.reduce(0, +) + 1)
        let kept = min(max(rate, 0.001), 0.999)
        return log(kept / (1 - kept))
    }

    /// The linear system of one Newton step.
    private struct System {
        private let columns: Int
        /// By partner: its second derivative, and its gradient.
        private var diagonal: [Double]
        private var partnerGradient: [Double]
        /// By partner, then column.
        private var cross: [Double]
        /// By column, then column; the lower half is filled.
        private var square: [Double]
        private var gradient: [Double]

        init(_ cells: Cells) {
            columns = cells.columns
            diagonal = Array(repeating: 0, count: cells.partners)
            partnerGradient = diagonal
            cross = Array(repeating: 0, count: cells.partners * cells.columns)
            square = Array(repeating: 0, count: cells.columns * cells.columns)
            gradient = Array(repeating: 0, count: cells.columns)
        }

        mutating func gather(_ cells: Cells, _ outcome: Outcome, _ model: CaseMixModel, _ centre: Double) {
            for index in diagonal.indices {
                diagonal[index] = partnerRidge
                partnerGradient[index] = -partnerRidge * (model.alpha[index] - centre)
            }
            for index in cross.indices { cross[index] = 0 }
            for index in square.indices { square[index] = 0 }
            for column in gradient.indices {
                gradient[column] = -mixRidge * model.beta[column]
                square[column * columns + column] = mixRidge
            }
            cells.levels.withUnsafeBufferPointer { levels in
                for cell in cells.partner.indices { add(cell, cells, levels, outcome, model) }
            }
        }

        private mutating func add(
            _ cell: Int, _ cells: Cells, _ levels: UnsafeBufferPointer<Int32>, _ outcome: Outcome, _ model: CaseMixModel
        ) {
            let partner = Int(cells.partner[cell])
            let own = cell * cells.fields..<(cell + 1) * cells.fields
            var eta = model.alpha[partner]
            for place in own where levels[place] >= 0 { eta += model.beta[Int(levels[place])] }
            eta = min(max(eta, -12), 12)
            let (count, expected, weight): (Double, Double, Double)
            count = cells.count[cell]
            switch outcome {
            case .met:
                let rate = 1 / (1 + exp(-eta))
                (expected, weight) = (count * rate, count * rate * (1 - rate))
            case .events:
                expected = count * exp(eta)
                weight = expected
            }
            let residual = cells.met[cell] - expected
            diagonal[partner] += weight
            partnerGradient[partner] += residual
            for place in own where levels[place] >= 0 {
                let column = Int(levels[place])
                gradient[column] += residual
                cross[partner * columns + column] += weight
                square[column * columns + column] += weight
                for earlier in own.lowerBound..<place where levels[earlier] >= 0 {
                    let other = Int(levels[earlier])
                    square[max(column, other) * columns + min(column, other)] += weight
                }
            }
        }

        /// The steps of the intercepts and of the effects.
        mutating func solve() -> ([Double], [Double]) {
            for partner in diagonal.indices {
                let row = partner * columns
                for i in 0..<columns where cross[row + i] != 0 {
                    let share = cross[row + i] / diagonal[partner]
                    gradient[i] -= share * partnerGradient[partner]
                    for j in 0...i { square[i * columns + j] -= share * cross[row + j] }
                }
            }
            let effects = Cholesky.solve(square, gradient)
            let intercepts = diagonal.indices.map { partner in
                var left = partnerGradient[partner]
                for column in 0..<columns { left -= cross[partner * columns + column] * effects[column] }
                return left / diagonal[partner]
            }
            return (intercepts, effects)
        }
    }
}

/// Symmetric positive definite systems.
enum Cholesky {
    /// The x with A x = b. Domain: A by row, of which the lower half is read, with positive pivots; a pivot that rounding made
    /// smaller than the ridge could be is held above zero.
    static func solve(_ a: [Double], _ b: [Double]) -> [Double] {
        let n = b.count
        var (l, x) = (a, b)
        for j in 0..<n {
            for k in 0..<j where l[j * n + k] != 0 {
                for i in j..<n { l[i * n + j] -= l[i * n + k] * l[j * n + k] }
            }
            let pivot = max(l[j * n + j], 1e-12).squareRoot()
            l[j * n + j] = pivot
            for i in (j + 1)..<max(n, j + 1) { l[i * n + j] /= pivot }
        }
        for i in 0..<n {
            for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
            x[i] /= l[i * n + i]
        }
        for i in (0..<n).reversed() {
            for k in (i + 1)..<max(n, i + 1) { x[i] -= l[k * n + i] * x[k] }
            x[i] /= l[i * n + i]
        }
        return x
    }
}
