/// What would have had to be otherwise for a flag not to be raised: the smallest number of records, taken in order of their
/// influence.
package enum WhatIf {
    /// `cells` holds, in order of influence, how many records may be changed in each: those of the first cell are taken first.
    /// `isRaised` says whether the flag is raised when so many are changed in each cell, everything else as it is; it
    /// recomputes what follows from that.
    ///
    /// Gives the number of records at which the flag is not raised, and is with one record less: both were recomputed. Where
    /// a change of more records never raises it again, as with tests that rest on counts alone, no smaller number does it;
    /// where the test's surroundings are fitted anew, one that lies beyond a doubling might. Nil where it is raised whatever
    /// is changed, and 0 where it is not raised to begin with.
    ///
    /// Work: twice the logarithm of the number, in calls of `isRaised`.
    package static func smallest(_ cells: [Int], isRaised: ([Int]) throws -> Bool) rethrows -> Int? {
        let total = cells.reduce(0, +)
        guard try isRaised(taken(0, of: cells)) else { return 0 }
        // Doubled until it is not raised, so that of several such numbers the lowest doubling is looked at.
        var (raised, cleared) = (0, min(1, total))
        while cleared > raised, try isRaised(taken(cleared, of: cells)) {
            (raised, cleared) = (cleared, min(2 * cleared, total))
        }
        guard cleared > raised else { return nil }
        while cleared - raised > 1 {
            let middle = raised + (cleared - raised) / 2
            if try isRaised(taken(middle, of: cells)) { raised = middle } else { cleared = middle }
        }
        return cleared
    }

    /// How many are taken of each cell, filled in order.
    private static func taken(_ count: Int, of cells: [Int]) -> [Int] {
        var left = count
        return cells.map { cell in
            let taken = min(cell, left)
            left -= taken
            return taken
        }
    }
}
