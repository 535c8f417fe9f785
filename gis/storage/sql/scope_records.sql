-- Row-level security of what is kept about people's work with persons: who looked at whom, what was told to whom.

-- The log: everybody adds entries in the own name, the service in any; administrators read. Only the owner, whom
-- the retention rules are carried out by, takes entries away.
ALTER TABLE dualgrid.audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.audit_log FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS added ON dualgrid.audit_log;
CREATE POLICY added ON dualgrid.audit_log FOR INSERT WITH CHECK (
    account_id = (SELECT dualgrid.acting_account())
    OR ((SELECT dualgrid.acting_account()) IS NULL AND (SELECT dualgrid.scope_all())));
DROP POLICY IF EXISTS read ON dualgrid.audit_log;
CREATE POLICY read ON dualgrid.audit_log FOR SELECT USING ((SELECT dualgrid.acting_role()) = 'admin');
DROP POLICY IF EXISTS retention ON dualgrid.audit_log;
CREATE POLICY retention ON dualgrid.audit_log FOR DELETE TO CURRENT_USER
    USING ((SELECT dualgrid.acting_role()) = 'admin');

ALTER TABLE dualgrid.unmasking ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.unmasking FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.unmasking;
CREATE POLICY in_scope ON dualgrid.unmasking USING (
    account_id = (SELECT dualgrid.acting_account()) OR (SELECT dualgrid.acting_role()) = 'admin');

-- A request to move a car: seen by the account that asked, with the matter that it was asked for, and by who sees
-- the car's household.
ALTER TABLE dualgrid.move_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.move_request FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.move_request;
CREATE POLICY in_scope ON dualgrid.move_request USING (
    account_id = (SELECT dualgrid.acting_account())
    OR (SELECT dualgrid.scope_all())
    OR EXISTS (SELECT FROM dualgrid.issue WHERE issue.id = issue_id)
    OR EXISTS (SELECT FROM dualgrid.household WHERE household.id = household_id));

-- A pasted chat is seen by the account that pasted it; the service lets go of it.
ALTER TABLE dualgrid.conversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.conversation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.conversation;
CREATE POLICY in_scope ON dualgrid.conversation USING (
    account_id = (SELECT dualgrid.acting_account())
    OR ((SELECT dualgrid.acting_account()) IS NULL AND (SELECT dualgrid.scope_all())));

-- Notices: the service writes and sends them; administrators see them all, and what became of one is seen with the
-- request that it carries.
ALTER TABLE dualgrid.notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.notice FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.notice;
CREATE POLICY in_scope ON dualgrid.notice
    USING (
        (SELECT dualgrid.acting_role()) = 'admin'
        OR EXISTS (SELECT FROM dualgrid.move_request WHERE move_request.notice_id = notice.id))
    WITH CHECK ((SELECT dualgrid.acting_role()) = 'admin');

-- Where notices go, and with which secrets: administrators', and the service's own.
ALTER TABLE dualgrid.channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.channel FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS administered ON dualgrid.channel;
CREATE POLICY administered ON dualgrid.channel USING ((SELECT dualgrid.acting_role()) = 'admin');
ALTER TABLE dualgrid.webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.webhook FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS administered ON dualgrid.webhook;
CREATE POLICY administered ON dualgrid.webhook USING ((SELECT dualgrid.acting_role()) = 'admin');

-- The keys that files are signed with: the service's own. Their public halves are given to everybody by it.
ALTER TABLE dualgrid.signing_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.signing_key FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS administered ON dualgrid.signing_key;
CREATE POLICY administered ON dualgrid.signing_key USING ((SELECT dualgrid.acting_role()) = 'admin');
