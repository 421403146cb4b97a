import Foundation
import Scoring
import TestSupport
import Testing

struct WhatIfTests {
    @Test func `the smallest number is the one that a search of every number finds`() {
        for total in [0, 1, 2, 3, 7, 8, 9, 100, 1000] {
            for threshold in [0, 1, 2, 3, 5, 8, 13, 64, 99, 100, 101, 999, 1000, 2000] {
                let found = WhatIf.smallest([total]) { $0[0] < threshold }
                #expect(found == (threshold <= total ? threshold : nil), "\(threshold) of \(total)")
            }
        }
    }

    @Test func `records are taken in order of influence`() {
        // A record of a cell weighs less from cell to cell; the flag needs seven.
        let weights = [3.0, 1, 0.5]
        var asked: [[Int]] = []
        let found = WhatIf.smallest([2, 4, 9]) { taken in
            asked.append(taken)
            return zip(weights, taken).reduce(0) { $0 + $1.0 * Double($1.1) } < 7
        }
        #expect(found == 3)
        #expect(asked.contains([2, 1, 0]) && asked.contains([2, 0, 0]))
        #expect(asked.allSatisfy { $0[0] == 2 || ($0[1] == 0 && $0[2] == 0) })
        #expect(WhatIf.smallest([]) { _ in true } == nil)
        #expect(WhatIf.smallest([0, 0]) { _ in true } == nil)
    }

    @Test func `both sides of the number are recomputed, with few calls`() {
        for threshold in [1, 2, 500, 777, 99_999, 1_000_000] {
            var asked: [Int] = []
            let found = WhatIf.smallest([1_000_000]) { taken in
                asked.append(taken[0])
                return taken[0] < threshold
            }
            #expect(found == threshold)
            #expect(asked.contains(threshold) && asked.contains(threshold - 1))
            #expect(asked.count <= 44)
        }
    }

    @Test func `a guess changes the work and not the number`() {
        for threshold in [0, 1, 2, 40, 999, 1000] {
            for guess in [-5, 0, 1, 39, 40, 41, 500, 1000, 5000] {
                var calls = 0
                let found = WhatIf.smallest([600, 400], near: guess) { taken in
                    calls += 1
                    return taken[0] + taken[1] < threshold
                }
                #expect(found == threshold, "\(threshold) from \(guess)")
                if guess == threshold { #expect(calls <= 2) }
                #expect(calls <= 24)
            }
        }
        #expect(WhatIf.smallest([10], near: 7) { _ in true } == nil)
    }

    @Test func `a test that clears and is raised again gives a number that holds on both sides`() {
        // Not raised at 5, 6 and from 40 on.
        let isRaised: (Int) -> Bool = { $0 < 5 || ($0 > 6 && $0 < 40) }
        let found = WhatIf.smallest([100]) { isRaised($0[0]) }
        #expect(found.map { !isRaised($0) && isRaised($0 - 1) } == true)
    }

    /// A toy of the engine: a partner against an expected count by mix, raised where the tail is small.
    @Test func `a peer of three mixes is cleared by its most surprising records`() throws {
        let expected = [0.95, 0.8, 0.6]
        let (missed, n) = ([12, 10, 9], [40, 40, 20])
        func tail(_ taken: [Int]) -> Double {
            let observed = zip(n, zip(missed, taken)).reduce(0) { $0 + $1.0 - $1.1.0 + $1.1.1 }
            let mean = zip(n, expected).reduce(0.0) { $0 + Double($1.0) * $1.1 }
            let variance = zip(n, expected).reduce(0.0) { $0 + Double($1.0) * $1.1 * (1 - $1.1) }
            return BetaBinomial.lowerTail(observed, of: 100, rate: mean / 100, variance: 2 * variance)
        }
        let found = try #require(WhatIf.smallest(missed) { tail($0) <= 0.05 })
        #expect(found > 0 && found < 12)
        #expect(tail([found, 0, 0]) > 0.05 && tail([found - 1, 0, 0]) <= 0.05)
    }

    @Test func `the q of one test among its others is that of all of them together`() {
        var random = SeededNumbers(state: 21)
        for size in [1, 2, 5, 40, 300] {
            let p = (0..<size).map { _ in [0, 1, 0.5, 1e-9, Double(random.below(30)) / 29][random.below(5)] }
            for own in Set([0, size / 2, size - 1]) {
                let rest = p.indices.filter { $0 != own }.map { p[$0] }
                for isBelowHalf in [false, true] {
                    let others = BenjaminiHochberg.Others(rest, isBelowHalf: isBelowHalf)
                    let sorted = BenjaminiHochberg.Others(p.sorted(), leavingOut: p[own], isBelowHalf: isBelowHalf)
                    for changed in [p[own], 0, 0.5, 0.500_001, 1, 0.03] {
                        var all = p
                        all[own] = changed
                        let q = isBelowHalf ? BenjaminiHochberg.adjustedBelowHalf(all) : BenjaminiHochberg.adjusted(all)
                        #expect(others.q(of: changed) == q[own], "\(changed) among \(rest)")
                        #expect(sorted.q(of: changed) == q[own])
                    }
                }
            }
        }
    }
}
