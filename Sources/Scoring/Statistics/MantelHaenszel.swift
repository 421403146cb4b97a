/// Two groups compared within strata: the Mantel-Haenszel odds ratio and the Cochran-Mantel-Haenszel test (Mantel & Haenszel
/// 1959), with Tarone's test of whether the odds ratio is the same in every stratum.
package struct MantelHaenszel: Hashable, Sendable {
    /// One stratum: how many met and missed, of the group in question and of the others.
    package struct Table: Hashable, Sendable {
        package var met: Double
        package var missed: Double
        package var othersMet: Double
        package var othersMissed: Double

        package init(met: Double, missed: Double, othersMet: Double, othersMissed: Double) {
            (self.met, self.missed, self.othersMet, self.othersMissed) = (met, missed, othersMet, othersMissed)
        }

        var count: Double { met + missed + othersMet + othersMissed }
        var row: Double { met + missed }
        var column: Double { met + othersMet }
    }

    /// A chi-square statistic and its p.
    package struct Test: Hashable, Sendable {
        package let chiSquare: Double
        package let df: Int
        package let p: Double

        init(chiSquare: Double, df: Int) {
            (self.chiSquare, self.df) = (chiSquare, df)
            p = ChiSquare.upperTail(chiSquare, df: Double(df))
        }
    }

    /// Of the group in question against the others; nil where no stratum has both a met record of the others and a missed one
    /// of the group.
    package let oddsRatio: Double?
    /// Nil where no stratum can tell: one group only, or one outcome only.
    package let test: Test?
    /// The same with the continuity correction of one half, whichever way it moves a difference below one half.
    package let corrected: Test?
    /// Whether strata differ in their odds ratio (Tarone 1985); nil with one stratum or where a cell is empty: its
    /// approximation does not hold there.
    package let homogeneity: Test?

    /// Strata with fewer than two records say nothing and are left out. Domain: counts >= 0.
    package init(_ tables: [Table]) {
        let tables = tables.filter { $0.count >= 2 }
        var (above, below, observed, expected, variance) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for table in tables {
            let n = table.count
            above += table.met * table.othersMissed / n
            below += table.missed * table.othersMet / n
            observed += table.met
            expected += table.row * table.column / n
            variance += table.row * (n - table.row) * table.column * (n - table.column) / (n * n * (n - 1))
        }
        let ratio = below > 0 ? above / below : nil
        oddsRatio = ratio
        let difference = abs(observed - expected)
        let less = difference - 0.5
        test = variance > 0 ? Test(chiSquare: difference * difference / variance, df: 1) : nil
        corrected = variance > 0 ? Test(chiSquare: less * less / variance, df: 1) : nil
        homogeneity = ratio.flatMap { Self.homogeneity(tables, ratio: $0) }
    }

    private static func homogeneity(_ tables: [Table], ratio: Double) -> Test? {
        guard ratio > 0, tables.count > 1 else { return nil }
        guard tables.allSatisfy({ $0.met > 0 && $0.missed > 0 && $0.othersMet > 0 && $0.othersMissed > 0 }) else { return nil }
        var (sum, differences, variances) = (0.0, 0.0, 0.0)
        for table in tables {
            let met = expectedMet(table, ratio)
            let cells = [met, table.row - met, table.column - met, table.othersMissed - table.met + met]
            // At a ratio too far from one for doubles, an expected cell rounds to nothing.
            guard cells.allSatisfy({ $0 > 0 }) else { return nil }
            let variance = 1 / cells.reduce(0) { $0 + 1 / $1 }
            sum += (table.met - met) * (table.met - met) / variance
            differences += table.met - met
            variances += variance
        }
        return Test(chiSquare: max(0, sum - differences * differences / variances), df: tables.count - 1)
    }

    /// The count of the first cell at which the odds ratio is the given one and the margins are kept: a root of a quadratic,
    /// in the form that does not cancel.
    private static func expectedMet(_ table: Table, _ ratio: Double) -> Double {
        let a = 1 - ratio
        let b = ratio * (table.row + table.column) + table.othersMissed - table.met
        let product = ratio * table.row * table.column
        let root = max(0, b * b + 4 * a * product).squareRoot()
        return b >= 0 ? 2 * product / (b + root) : (root - b) / (2 * a)
    }
}
