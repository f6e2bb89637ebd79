DROP TABLE tenancy_operators;
DROP TABLE tenancy_revoked_tokens;
DROP TABLE tenancy_api_keys;
DROP TABLE tenancy_invitations;
DROP TABLE tenancy_memberships;
DROP TABLE tenancy_logins;
DROP TABLE tenancy_users;
DROP TABLE tenancy_tenants;
